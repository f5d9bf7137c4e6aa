import { eq, sql } from 'drizzle-orm'
import { z } from '@hono/zod-openapi'
import type { Ctx } from '#db/context.ts'
import { organizations } from '#db/schema/tenancy.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError } from '#src/kernel/errors.ts'
import { recordAudit } from './audit.ts'
import { NewBankAccount } from './bank-account.ts'
import { readLogo } from './logo.ts'
import { loadOrganization } from './organization.ts'
import type { OrgSettings } from './shapes.ts'

const Line = (longest: number) => z.string().trim().min(1).max(longest)
const Color = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour like "#1f3a5f"')

/** What a change may set; what it does not name stays as it is. */
export const BrandingChange = z
  .strictObject({
    brandColor: Color,
    logo: z
      .string()
      .max(420_000, 'is larger than 300 kB')
      .nullable()
      .openapi({ description: 'PNG or JPEG as a data url, 300 kB and 16 to 4,000 pixels a side' }),
    addressLines: z.array(Line(200)).max(8),
    legal: z.strictObject({
      registration: z.string().trim().max(200).default(''),
      directors: z.array(Line(100)).max(10).default([]),
    }),
    footerText: z.string().trim().max(300),
    paymentTermsDays: z.number().int().min(0).max(365),
    paymentInstructions: z.string().trim().max(500),
    bank: NewBankAccount.nullable(),
    banks: z
      .record(z.string(), NewBankAccount.nullable())
      .openapi({ description: 'Accounts by currency; null takes one away, others stay' }),
  })
  .partial()
  .openapi('BrandingChange')
export type BrandingChange = z.infer<typeof BrandingChange>

/** How the organisation's documents look and what they say of it. */
export type Branding = Pick<OrgSettings, keyof BrandingChange>

export async function loadBranding(ctx: Pick<Ctx, 'db' | 'orgId'>): Promise<Branding> {
  return brandingOf((await loadOrganization(ctx)).settings)
}

/**
 * Sets what the change names, at once and with its audit row. Finalized documents keep what they were issued with.
 * @throws invalid_input naming the field: a picture that is none, an unknown currency.
 */
export async function changeBranding(ctx: Ctx, change: BrandingChange): Promise<Branding> {
  if (typeof change.logo === 'string') readLogo(change.logo)
  for (const code of Object.keys(change.banks ?? {})) parseCurrency(code, `banks.${code}`)
  const [row] = await ctx.db
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, ctx.orgId))
    .for('update')
  if (!row) throw new AppError('not_found', `no organisation ${ctx.orgId}`)
  const current = await loadBranding(ctx)
  const changed = {
    ...change,
    ...(change.banks ? { banks: banksAfter(current, change.banks) } : {}),
  }
  await ctx.db
    .update(organizations)
    .set({ settings: sql`${organizations.settings} || ${JSON.stringify(changed)}::jsonb` })
    .where(eq(organizations.id, ctx.orgId))
  await recordAudit(ctx, {
    action: 'organization.branding_changed',
    subject: { type: 'organization', id: ctx.orgId },
    reason: 'changed through the API',
    data: { fields: Object.keys(change).sort() },
  })
  return loadBranding(ctx)
}

function banksAfter(
  current: Branding,
  banks: NonNullable<BrandingChange['banks']>,
): Branding['banks'] {
  const merged = { ...current.banks, ...banks }
  return Object.fromEntries(
    Object.entries(merged).filter(
      (entry): entry is [string, Branding['banks'][string]] => entry[1] !== null,
    ),
  )
}

function brandingOf(settings: OrgSettings): Branding {
  const { brandColor, logo, addressLines, legal, footerText, bank, banks } = settings
  const { paymentTermsDays, paymentInstructions } = settings
  return {
    brandColor,
    logo,
    addressLines,
    legal,
    footerText,
    paymentTermsDays,
    paymentInstructions,
    bank,
    banks,
  }
}
