/** The value below which `share` (0..1) of the values lie, nearest rank; 0 for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

/**
 * Expected calibration error: how far confidence and being right lie apart, over ten bins,
 * weighted by their size. 0 is perfect.
 */
export function calibrationError(
  answers: readonly { readonly confidence: number; readonly isRight: boolean }[],
): number {
  let error = 0
  for (let bin = 0; bin < 10; bin += 1) {
    const inside = answers.filter(({ confidence }) => binOf(confidence) === bin)
    const confidence = inside.reduce((sum, answer) => sum + answer.confidence, 0)
    const right = inside.filter(({ isRight }) => isRight).length
    error += Math.abs(confidence - right)
  }
  return answers.length === 0 ? 0 : error / answers.length
}

function binOf(confidence: number): number {
  return Math.min(9, Math.floor(confidence * 10))
}
