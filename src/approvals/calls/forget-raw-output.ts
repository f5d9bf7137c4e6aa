import { sql } from 'drizzle-orm'
import type { System } from '#db/context.ts'

/** Days that an organisation which set nothing keeps raw outputs. */
const KEEP_DAYS = 30

/**
 * Takes away what models have said word for word, and what they were asked, once its time is over by the organisation's
 * setting and clock. What was decided, the counts and the hashes stay.
 */
export async function forgetRawOutput(system: System): Promise<void> {
  const now = system.clock.now().toString()
  const over = sql`coalesce(g.clock_at, ${now}::timestamptz)
    - make_interval(days => coalesce((g.settings -> 'models' ->> 'keepRawDays')::int, ${KEEP_DAYS}))`
  await system.db.execute(sql`
    update model_calls c set raw_output = null, question = null from organizations g
    where g.id = c.org_id and c.created_at <= ${over}
      and (c.raw_output is not null or c.question is not null)`)
  await system.db.execute(sql`
    update agent_runs r set raw_output = null from organizations g
    where g.id = r.org_id and r.created_at <= ${over} and r.raw_output is not null`)
  await system.db.execute(sql`
    update shadow_comparisons s set live_reason = '', shadow_reason = '' from organizations g
    where g.id = s.org_id and s.at <= ${over} and (s.live_reason <> '' or s.shadow_reason <> '')`)
}
