import type { Ctx } from '#db/context.ts'
import type { Organization } from '#src/tenancy/organization.ts'
import type { Seller } from './decision.ts'

/** The organisation as it stands on an invoice. */
export function sellerOf(
  organization: Organization,
  { taxProvider }: Pick<Ctx, 'taxProvider'>,
): Seller {
  return {
    party: {
      name: organization.name,
      lines: organization.settings.addressLines,
      country: organization.country,
      region: organization.region,
      taxId: organization.taxId,
      email: organization.settings.supportEmail,
    },
    tax: {
      country: organization.country,
      registrations: organization.settings.taxRegistrations,
      euConsumers: organization.settings.tax.euConsumers,
    },
    taxIdPolicy: organization.settings.tax,
    taxProvider: taxProvider ?? null,
    taxCode: organization.settings.tax.stripeTaxCode,
  }
}
