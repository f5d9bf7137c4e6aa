import type { Scope } from '#db/context.ts'
import { MAX_CORRECTIONS_PER_CALL } from './correction-shapes.ts'
import { correctUsage } from './correct-usage.ts'
import { jsonRows, type Row } from './ingest-file.ts'

/** What became of a file of corrections. `problems` names the first 100 lines that were refused. */
export interface CorrectedFile {
  readonly lines: number
  readonly corrected: number
  readonly unchanged: number
  readonly rejected: number
  readonly problems: readonly {
    readonly line: number
    readonly code: string
    readonly reason: string
  }[]
}

const SHOWN_PROBLEMS = 100

/**
 * Makes the corrections of a file, one JSON object a line, 100 to a transaction. Safe to run again after it was cut off.
 * @throws invalid_input naming the line when the first one shows that this is not such a file.
 */
export async function correctLines(
  scope: Scope,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<CorrectedFile> {
  const total = { lines: 0, corrected: 0, unchanged: 0, rejected: 0 }
  const problems: CorrectedFile['problems'][number][] = []
  const make = async (rows: readonly Row[]) => {
    const answer = await scope.transact((ctx) =>
      correctUsage(
        ctx,
        rows.map(({ body }) => body),
      ),
    )
    total.lines += rows.length
    total.corrected += answer.corrected
    total.unchanged += answer.unchanged
    total.rejected += answer.rejected
    answer.results.forEach(({ code, reason }, index) => {
      if (code === undefined || problems.length >= SHOWN_PROBLEMS) return
      problems.push({ line: rows[index]?.line ?? 0, code, reason: reason ?? code })
    })
  }
  let batch: Row[] = []
  for await (const row of jsonRows(lines)) {
    batch.push(row)
    if (batch.length < MAX_CORRECTIONS_PER_CALL) continue
    await make(batch)
    batch = []
  }
  if (batch.length > 0) await make(batch)
  return { ...total, problems }
}
