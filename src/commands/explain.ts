import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import { explainEvent } from '#src/metering/explain.ts'
import { printJson, printLine } from './output.ts'
import { scopeForCommand } from './organization.ts'

/** `explain EVENT_ID`: whether the event was accepted, counted, and which invoice holds it. */
export async function explain(
  config: Config,
  eventId: string,
  options: { org?: string; json?: boolean },
): Promise<void> {
  const ground = await openGround(config)
  try {
    const scope = await scopeForCommand(ground.system, options.org)
    const answer = await scope.transact((ctx) => explainEvent(ctx, eventId))
    if (options.json) printJson(answer)
    else
      for (const line of Object.entries(answer)) printLine(`${line[0]}: ${JSON.stringify(line[1])}`)
  } finally {
    await ground.close()
  }
}
