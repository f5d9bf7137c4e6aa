/** What a case should have got and what it got; `null` where nothing valid came back. */
export interface Judged<Label extends string> {
  readonly expected: Label
  readonly actual: Label | null
}

/** Rows are the expected label, columns the answer; `invalid` counts answers that are none. */
export type Confusion<Label extends string> = Record<Label, Record<Label | 'invalid', number>>

export function confusionOf<Label extends string>(
  labels: readonly Label[],
  judged: readonly Judged<Label>[],
): Confusion<Label> {
  const columns: readonly (Label | 'invalid')[] = [...labels, 'invalid']
  const count = (row: Label, column: Label | 'invalid'): number =>
    judged.filter(({ expected, actual }) => expected === row && (actual ?? 'invalid') === column)
      .length
  return table(labels, (row) => table(columns, (column) => count(row, column)))
}

function table<Key extends string, Value>(
  keys: readonly Key[],
  valueOf: (key: Key) => Value,
): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<Key, Value>
}

/** Share of right answers, 0..1; 1 for no cases at all. */
export function accuracyOf<Label extends string>(judged: readonly Judged<Label>[]): number {
  return share(judged.filter(({ expected, actual }) => expected === actual).length, judged.length)
}

/** Share of the cases of a label that were answered with it; 1 where the label has no case. */
export function recallOf<Label extends string>(
  label: Label,
  judged: readonly Judged<Label>[],
): number {
  return accuracyOf(judged.filter(({ expected }) => expected === label))
}

/** Mean F1 over the labels that occur among the expected or the given ones. */
export function macroF1Of<Label extends string>(
  labels: readonly Label[],
  judged: readonly Judged<Label>[],
): number {
  const scores = labels.flatMap((label) => {
    const expected = judged.filter((one) => one.expected === label).length
    const given = judged.filter((one) => one.actual === label).length
    const both = judged.filter((one) => one.expected === label && one.actual === label).length
    return expected + given === 0 ? [] : [(2 * both) / (expected + given)]
  })
  return share(
    scores.reduce((sum, score) => sum + score, 0),
    scores.length,
  )
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole
}
