import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { organizations } from '#db/schema/tenancy.ts'
import { retryHeldDrafts } from '#src/customers/retry-held-drafts.ts'
import { AppError } from '#src/kernel/errors.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization, type Organization } from '#src/tenancy/organization.ts'
import type { TaxSettings } from '#src/tenancy/shapes.ts'
import { isKnownRegistration, registrationName } from './registrations.ts'

export interface TaxSettingsChange extends Partial<TaxSettings> {
  /** "US-CA", "GB", "FR", "RE", "EU" for the one-stop shop: the whole list. */
  readonly registrations?: readonly string[]
}

/**
 * Changes what it names of how the organisation is taxed; drafts that wait are decided again by the new rules.
 * Finalized invoices keep theirs.
 * @throws invalid_input naming each registration for which no rates are known; refused to simulate VAT IDs in a live
 *   organisation.
 */
export async function changeTaxSettings(
  ctx: Ctx,
  change: TaxSettingsChange,
): Promise<Organization> {
  const { registrations, ...tax } = change
  const organization = await loadOrganization(ctx)
  if (organization.mode === 'live' && tax.simulatedTaxIds === 'valid')
    throw new AppError('refused', 'simulatedTaxIds: a live organisation does not simulate VAT IDs')
  const settings = {
    ...(registrations === undefined ? {} : { taxRegistrations: knownNames(registrations) }),
    tax: { ...organization.settings.tax, ...tax },
  }
  await ctx.db
    .update(organizations)
    .set({ settings: sql`${organizations.settings} || ${JSON.stringify(settings)}::jsonb` })
    .where(eq(organizations.id, ctx.orgId))
  await recordAudit(ctx, {
    action: 'organization.tax_changed',
    subject: { type: 'organization', id: ctx.orgId },
    reason: `changed: ${Object.keys(change).join(', ')}`,
    data: { ...change },
  })
  await retryHeldDrafts(ctx)
  return loadOrganization(ctx)
}

function knownNames(given: readonly string[]): string[] {
  const names = given.map(registrationName)
  const fields = names.flatMap((name, index) =>
    isKnownRegistration(name)
      ? []
      : [
          {
            path: `registrations[${index}]`,
            message: `no rates are known for "${name}": name a state (US-CA), GB, CH, NO, a member state or EU, or have tax calculated by Stripe Tax`,
          },
        ],
  )
  if (fields.length > 0)
    throw new AppError(
      'invalid_input',
      fields.map(({ path, message }) => `${path}: ${message}`).join('; '),
      { fields },
    )
  return [...new Set(names)]
}
