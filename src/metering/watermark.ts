import { sql } from 'drizzle-orm'

/** Where the roll-up stands, inside a statement: events of this transaction id and above are not in the buckets. */
export const WATERMARK = sql`coalesce((select xid from usage_watermarks where name = 'usage'), 0)`
