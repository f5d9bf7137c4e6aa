import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import { catchUp } from '#src/metering/catch-up.ts'
import { correctLines } from '#src/metering/correct-file.ts'
import { inFile, printJson, printLine, refuseUnreadable } from './output.ts'
import { scopeForCommand } from './organization.ts'

/** `correct CORRECTIONS.jsonl`: cancels and amends events; a file sent twice changes nothing. */
export async function correct(
  config: Config,
  path: string,
  options: { org?: string; json?: boolean },
): Promise<void> {
  refuseUnreadable(path)
  const ground = await openGround(config)
  try {
    const scope = await scopeForCommand(ground.system, options.org)
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity })
    const answer = await inFile(path, () => correctLines(scope, lines))
    await catchUp(ground.system)
    if (options.json) printJson(answer)
    else {
      printLine(
        `${answer.lines} lines: ${answer.corrected} corrected, ${answer.unchanged} already so, ${answer.rejected} rejected`,
      )
      for (const { line, code, reason } of answer.problems)
        printLine(`  line ${line}: ${code}: ${reason}`)
    }
    if (answer.rejected > 0) process.exitCode = 1
  } finally {
    await ground.close()
  }
}
