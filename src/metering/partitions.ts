import { sql } from 'drizzle-orm'
import type { System } from '#db/context.ts'

const MONTHS_AHEAD = 6

/** Makes the monthly partitions of raw events from this month on, before the first event of a month can come (M4). */
export async function makePartitionsAhead(system: System): Promise<void> {
  const month = system.clock.now().toZonedDateTimeISO('UTC').toPlainDate().with({ day: 1 })
  await system.db.execute(
    sql`select ensure_usage_partitions(${month.toString()}::date, ${MONTHS_AHEAD})`,
  )
}
