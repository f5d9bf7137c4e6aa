import { inArray } from 'drizzle-orm'
import type { Db } from '#db/connect.ts'
import type { System } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { organizations } from '#db/schema/tenancy.ts'
import type { Actor } from '#src/kernel/ids.ts'

const ACTOR: Actor = { kind: 'system', id: 'metering' }

export const DETECT_ANOMALIES = 'DETECT_ANOMALIES'

/** One detection per organisation and local day on which usage arrived, due when that day is over. */
export async function scheduleDetection(
  system: System,
  db: Db,
  orgIds: readonly string[],
): Promise<void> {
  if (orgIds.length === 0) return
  const touched = await db
    .select({
      id: organizations.id,
      clockAt: organizations.clockAt,
      timeZone: organizations.timeZone,
    })
    .from(organizations)
    .where(inArray(organizations.id, [...orgIds]))
  for (const { id: orgId, clockAt, timeZone } of touched) {
    const now = clockAt ?? system.clock.now()
    const today = now.toZonedDateTimeISO(timeZone).toPlainDate()
    const ctx = { db, orgId, now, actor: ACTOR, newId: system.newId }
    await enqueue(ctx, {
      job: DETECT_ANOMALIES,
      key: today.toString(),
      payload: {},
      dueAt: today.add({ days: 1 }).toZonedDateTime(timeZone).toInstant(),
    })
  }
}
