import { createReadStream } from 'node:fs'
import { extname } from 'node:path'
import { createInterface } from 'node:readline'
import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import { catchUp } from '#src/metering/catch-up.ts'
import { ingestLines } from '#src/metering/ingest-file.ts'
import { inFile, printJson, printLine, refuseUnreadable } from './output.ts'
import { scopeForCommand } from './organization.ts'

/** `ingest EVENTS.jsonl | EVENTS.csv`: usage from a file; a file sent twice is counted once. */
export async function ingest(
  config: Config,
  path: string,
  options: { org?: string; json?: boolean },
): Promise<void> {
  refuseUnreadable(path)
  const ground = await openGround(config)
  try {
    const scope = await scopeForCommand(ground.system, options.org)
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity })
    const format = extname(path).toLowerCase() === '.csv' ? 'csv' : 'jsonl'
    const answer = await inFile(path, () => ingestLines(scope, lines, format))
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
