import { z } from '@hono/zod-openapi'
import { formatDecimal } from '#src/kernel/decimal.ts'
import type { Organization } from '#src/tenancy/organization.ts'
import { TaxSettings } from '#src/tenancy/shapes.ts'
import type { CustomerTax } from './customer-tax.ts'

const text = z.string().nullable()
const Hold = z.object({ code: z.string(), reason: z.string() })

export const TaxSettingsView = TaxSettings.extend({
  /** Where the seller sits. */
  country: z.string(),
  region: text,
  registrations: z.array(z.string()),
}).openapi('TaxSettings')

export function taxSettingsView(organization: Organization): z.infer<typeof TaxSettingsView> {
  const { country, region, settings } = organization
  return { country, region, registrations: settings.taxRegistrations, ...settings.tax }
}

export const CustomerTaxView = z
  .object({
    customerId: z.string(),
    country: text,
    taxExempt: z.boolean(),
    taxId: text,
    status: z.enum(['none', 'valid', 'invalid', 'pending']),
    /** Who said so. */
    source: z.enum(['format', 'stated', 'vies', 'local']).nullable(),
    checkedAt: text,
    pendingSince: text,
    /** What a sale carries now. */
    taxes: z.array(
      z.object({
        jurisdiction: z.string(),
        rate: z.string(),
        rateSince: text,
        treatment: z.enum(['taxed', 'reverse_charge', 'exempt', 'outside_scope']),
        note: text,
      }),
    ),
    /** What would keep an invoice a draft now. */
    open: Hold.nullable(),
    held: z.array(z.object({ invoiceId: z.string(), period: z.string(), hold: Hold })),
    checks: z.array(
      z.object({
        taxId: z.string(),
        outcome: z.enum(['valid', 'invalid', 'unavailable', 'not_asked']),
        source: z.enum(['stated', 'vies', 'local']),
        registeredName: text,
        registeredAddress: text,
        nameMatch: z.enum(['match', 'differs', 'not_disclosed']).nullable(),
        consultationNumber: text,
        detail: text,
        checkedAt: z.string(),
      }),
    ),
  })
  .openapi('CustomerTax')

export function customerTaxView(found: CustomerTax): z.infer<typeof CustomerTaxView> {
  const { customer } = found
  return {
    customerId: customer.id,
    country: customer.country,
    taxExempt: customer.taxExempt,
    taxId: customer.taxId,
    status: customer.taxIdStatus,
    source: customer.taxIdSource,
    checkedAt: customer.taxIdCheckedAt?.toString() ?? null,
    pendingSince: customer.taxIdPendingSince?.toString() ?? null,
    taxes: found.taxes.map(({ rate, ...tax }) => ({ ...tax, rate: formatDecimal(rate) })),
    open: found.open && { ...found.open },
    held: found.held.map(({ invoiceId, period, code, reason }) => ({
      invoiceId,
      period,
      hold: { code: code ?? '', reason: reason ?? '' },
    })),
    checks: found.checks.map((check) => ({
      taxId: check.taxId,
      outcome: check.outcome,
      source: check.source,
      registeredName: check.registeredName,
      registeredAddress: check.registeredAddress,
      nameMatch: check.nameMatch,
      consultationNumber: check.consultationNumber,
      detail: check.detail,
      checkedAt: check.checkedAt.toString(),
    })),
  }
}
