import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import { selfcheck } from '#src/selfcheck/selfcheck.ts'
import { printJson, printLine } from './output.ts'
import { scopeForCommand } from './organization.ts'

/** `selfcheck`: the invariants over an organisation's whole database. Returns whether all hold. */
export async function runSelfcheck(
  config: Config,
  options: { org?: string; json?: boolean },
): Promise<boolean> {
  const ground = await openGround(config)
  try {
    const results = await selfcheck(await scopeForCommand(ground.system, options.org))
    if (options.json) printJson(results)
    else
      for (const [name, { ok, means, problems }] of Object.entries(results)) {
        printLine(`${ok ? '✓' : '✗'} ${name}  ${means}`)
        for (const problem of problems) printLine(`     ${problem}`)
      }
    return Object.values(results).every(({ ok }) => ok)
  } finally {
    await ground.close()
  }
}
