import { eq, sql } from 'drizzle-orm'
import { z } from '@hono/zod-openapi'
import type { Ctx } from '#db/context.ts'
import { organizations } from '#db/schema/tenancy.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { mailAddress } from './mail-address.ts'

const Domain = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}$/, 'must be a name like mx.example.com')

export const MailSettings = z
  .strictObject({
    supportEmail: z
      .string()
      .max(254)
      .openapi({ description: 'Customers write here; one organisation an address' }),
    mailFrom: z
      .string()
      .max(254)
      .nullable()
      .openapi({ description: 'In From; null: supportEmail' }),
    trustedServers: z.array(Domain).max(20).openapi({
      description: 'authserv-ids of your mail servers, whose Authentication-Results are believed',
    }),
    trustedSealers: z
      .array(Domain)
      .max(20)
      .openapi({ description: 'Domains of forwarders whose ARC seals are believed' }),
    keepRawDays: z.number().int().min(0).max(3650).openapi({
      description: 'Days a received mail is kept as it came; 0: only its masked text is',
    }),
  })
  .openapi('MailSettings')
export type MailSettings = z.infer<typeof MailSettings>

/** What a change may set; what it does not name stays as it is. */
export const MailSettingsChange = MailSettings.partial().openapi('MailSettingsChange')
export type MailSettingsChange = z.infer<typeof MailSettingsChange>

export async function loadMailSettings(ctx: Pick<Ctx, 'db' | 'orgId'>): Promise<MailSettings> {
  const { supportEmail, mailFrom, mail } = (await loadOrganization(ctx)).settings
  return { supportEmail, mailFrom, ...mail }
}

/** Sets what the change names. @throws invalid_input naming the field. */
export async function changeMailSettings(
  ctx: Ctx,
  change: MailSettingsChange,
): Promise<MailSettings> {
  const { supportEmail, mailFrom, ...trust } = change
  const addresses = {
    ...(supportEmail === undefined ? {} : { supportEmail: plain('supportEmail', supportEmail) }),
    ...(mailFrom === undefined
      ? {}
      : { mailFrom: mailFrom === null ? null : plain('mailFrom', mailFrom) }),
  }
  const [row] = await ctx.db
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, ctx.orgId))
    .for('update')
  if (!row) throw new AppError('not_found', `no organisation ${ctx.orgId}`)
  const { settings } = await loadOrganization(ctx)
  const changed = { ...addresses, mail: { ...settings.mail, ...trust } }
  await ctx.db
    .update(organizations)
    .set({ settings: sql`${organizations.settings} || ${JSON.stringify(changed)}::jsonb` })
    .where(eq(organizations.id, ctx.orgId))
  await recordAudit(ctx, {
    action: 'organization.mail_changed',
    subject: { type: 'organization', id: ctx.orgId },
    reason: 'changed through the API',
    data: { fields: Object.keys(change).sort() },
  })
  return loadMailSettings(ctx)
}

function plain(field: string, text: string): string {
  const address = mailAddress(text)
  if (address === '' || address.includes('+'))
    throw invalidField(field, 'must be an address like billing@example.com')
  return address
}
