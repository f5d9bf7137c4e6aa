import { sql } from 'drizzle-orm'
import { rowsOf, type System } from '#db/context.ts'

/** "Billing+inv7@Acme.example" → "billing@acme.example": what stands behind the plus is the writer's own note. */
function mailboxOf(address: string): string {
  const bare = address.trim().replaceAll(/^<|>$/g, '').toLowerCase()
  const at = bare.lastIndexOf('@')
  const local = bare.slice(0, at).split('+', 1)[0] ?? ''
  return at < 1 ? '' : `${local}@${bare.slice(at + 1)}`
}

/** The organisation whose support address this is; null for nobody's, and for one that two of them claim. */
export async function organizationOfAddress(
  system: System,
  address: string,
): Promise<string | null> {
  const mailbox = mailboxOf(address)
  if (mailbox === '') return null
  const rows = await rowsOf<{ id: string }>(
    system.db,
    sql`select id from organizations where lower(settings ->> 'supportEmail') = ${mailbox} limit 2`,
  )
  return rows.length === 1 ? (rows[0]?.id ?? null) : null
}
