import { createReadStream, statSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { createInterface } from 'node:readline'
import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import { progressOn } from '#src/demo/progress.ts'
import { BACKFILL_WINDOW_DAYS } from '#src/metering/rules/arrival.ts'
import { catchUp } from '#src/metering/catch-up.ts'
import { ingestLines } from '#src/metering/ingest-file.ts'
import { inFile, printJson, printLine, refuseUnreadable } from './output.ts'
import { scopeForCommand } from './organization.ts'

/** `ingest EVENTS.jsonl | EVENTS.csv`: usage from a file; a file sent twice is counted once. */
export async function ingest(
  config: Config,
  path: string,
  options: { org?: string; json?: boolean; backfill?: boolean; skip?: number },
): Promise<void> {
  refuseUnreadable(path)
  const ground = await openGround(config)
  try {
    const scope = await scopeForCommand(ground.system, options.org)
    const format = extname(path).toLowerCase() === '.csv' ? 'csv' : 'jsonl'
    const size = statSync(path).size
    const stream = createReadStream(path)
    const lines = createInterface({ input: stream, crlfDelay: Infinity })
    const progress = progressOn(process.stderr, () => performance.now())
    const step = progress.step(`Recording ${basename(path)}`)
    let reached = options.skip ?? 0
    const answer = await inFile(path, () =>
      ingestLines(scope, lines, format, {
        ...(options.backfill ? { windowDays: BACKFILL_WINDOW_DAYS } : {}),
        skip: reached,
        onProgress: (line) => {
          reached = line
          step.at(Math.min(stream.bytesRead, size), size)
        },
      }),
    ).catch((error: unknown) => {
      if (reached > 0)
        process.stderr.write(
          `\nup to line ${reached} all is recorded: run it again as it is (what is in counts once), or go on with --skip ${reached}\n`,
        )
      throw error
    })
    step.done(`${answer.lines.toLocaleString('en')} lines`)
    // No worker need be running: totals, anomalies and late usage are to be seen right after.
    await catchUp(ground.system)
    if (options.json) printJson(answer)
    else {
      printLine(
        `${answer.lines} lines: ${answer.accepted} accepted, ${answer.duplicate} duplicates, ${answer.rejected} rejected`,
      )
      for (const { line, code, reason } of answer.problems)
        printLine(`  line ${line}: ${code}: ${reason}`)
    }
  } finally {
    await ground.close()
  }
}
