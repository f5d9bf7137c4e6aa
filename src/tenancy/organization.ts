import { eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { organizations } from '#db/schema/tenancy.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Instant } from '#src/kernel/time.ts'
import { OrgSettings } from './shapes.ts'

export interface Organization {
  readonly id: string
  readonly name: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  readonly region: string | null
  readonly taxId: string | null
  readonly timeZone: string
  readonly currency: string
  readonly mode: 'live' | 'sandbox'
  /** The test clock; null means real time. */
  readonly clockAt: Instant | null
  /** Signs the Message-IDs of its mails; shown nowhere. */
  readonly mailSecret: string
  /** Complete: defaults filled in. */
  readonly settings: OrgSettings
}

/**
 * The organisation of this transaction, read afresh.
 * @throws not_found when the row is gone.
 */
export async function loadOrganization(ctx: Pick<Ctx, 'db' | 'orgId'>): Promise<Organization> {
  const [row] = await ctx.db.select().from(organizations).where(eq(organizations.id, ctx.orgId))
  if (!row) throw new AppError('not_found', `no organisation ${ctx.orgId}`)
  return {
    id: row.id,
    name: row.name,
    country: row.country,
    region: row.region,
    taxId: row.taxId,
    timeZone: row.timeZone,
    currency: row.currency,
    mode: row.mode,
    clockAt: row.clockAt,
    mailSecret: row.mailSecret,
    settings: OrgSettings.parse(row.settings),
  }
}
