import { sql } from 'drizzle-orm'
import { rowsOf, type System } from '#db/context.ts'
import { rollUp } from '#src/metering/roll-up.ts'
import { WATERMARK } from '#src/metering/watermark.ts'

/** Rolls up as the worker does, and samples the age of the oldest event that is not in a bucket yet. */
export function startRoller(system: System): { stop(): Promise<number[]> } {
  const lags: number[] = []
  const state = { running: true }
  const loop = async () => {
    while (state.running) {
      const [row] = await rowsOf<{ oldest: string | null }>(
        system.db,
        sql`select extract(epoch from min(received_at))::text as oldest from usage_events where xid >= ${WATERMARK}`,
      )
      const { moved } = await rollUp(system)
      if (row?.oldest && moved > 0)
        lags.push(system.clock.now().epochMilliseconds / 1000 - Number(row.oldest))
      if (moved === 0) await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return lags
  }
  const looped = loop()
  return {
    stop: () => {
      state.running = false
      return looped
    },
  }
}
