import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import { importStatement } from '#src/payments/import-statement.ts'
import { inFile, printJson, printLine, readInput } from './output.ts'
import { scopeForCommand } from './organization.ts'

/** `import-bank FILE`: matches a CSV statement against open invoices; a line imported before is not booked again. */
export async function importBank(
  config: Config,
  path: string,
  options: { org?: string; json?: boolean },
): Promise<void> {
  const csv = readInput(path)
  const ground = await openGround(config)
  try {
    const scope = await scopeForCommand(ground.system, options.org)
    const summary = await inFile(path, () => scope.transact((ctx) => importStatement(ctx, { csv })))
    if (options.json) printJson(summary)
    else
      printLine(
        `${summary.lines} lines: ${summary.matched} matched, ${summary.review} to review, ` +
          `${summary.ignored} ignored, ${summary.duplicates} imported before`,
      )
  } finally {
    await ground.close()
  }
}
