import { and, eq } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { customers, taxIdChecks } from '#db/schema/customers.ts'
import type { TaxIdAnswer, TaxIdRegister } from '#src/gateways/tax/register.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization, type Organization } from '#src/tenancy/organization.ts'
import { loadCustomer, type Customer } from './load-customer.ts'
import { matchNames } from './name-match.ts'
import { retryHeldDrafts } from './retry-held-drafts.ts'
import { isInVies, normalizeTaxId } from './tax-id.ts'

/** `unavailable`: worth asking again. `not_asked`: nobody can be asked; a person has to state it. */
export type TaxIdOutcome =
  | { readonly kind: 'settled' }
  | { readonly kind: 'unavailable' | 'not_asked'; readonly reason: string }

/**
 * Asks the register about a customer's VAT ID, between transactions, and keeps the answer with name match and
 * consultation number. Silence changes nothing: the ID stays what it was. A settled ID sets waiting drafts going.
 * @throws not_found
 */
export async function checkTaxId(
  scope: Scope,
  register: TaxIdRegister,
  customerId: string,
): Promise<TaxIdOutcome> {
  const { customer, organization } = await scope.transact(async (ctx) => ({
    customer: await loadCustomer(ctx, customerId),
    organization: await loadOrganization(ctx),
  }))
  const { taxId } = customer
  if (taxId === null) return { kind: 'not_asked', reason: 'the customer has no VAT ID' }
  if (customer.taxIdSource === 'format' && customer.taxIdStatus === 'invalid')
    return { kind: 'settled' }
  if (!isInVies(taxId))
    return { kind: 'not_asked', reason: `VIES has no numbers like ${taxId.slice(0, 2)}…` }
  const said = await register.check({ taxId, requesterTaxId: requesterOf(organization) })
  const answer = said.kind === 'not_asked' ? simulated(organization, said) : said
  if (answer.kind === 'not_asked') return answer
  const source = register.name
  return scope.transact((ctx) => recordAnswer(ctx, { ...customer, taxId }, answer, source))
}

function requesterOf({ taxId }: Organization): string | null {
  const own = taxId === null ? null : normalizeTaxId(taxId)
  return own !== null && isInVies(own) ? own : null
}

/** A sandbox may have well-formed IDs taken as valid where no register is set up; its checks say so. */
function simulated({ mode, settings }: Organization, answer: TaxIdAnswer): TaxIdAnswer {
  if (mode === 'live' || settings.tax.simulatedTaxIds === 'pending') return answer
  return { kind: 'valid', name: null, address: null, consultationNumber: null }
}

async function recordAnswer(
  ctx: Ctx,
  customer: Customer & { readonly taxId: string },
  answer: Exclude<TaxIdAnswer, { kind: 'not_asked' }>,
  source: 'vies' | 'local',
): Promise<TaxIdOutcome> {
  const valid = answer.kind === 'valid' ? answer : null
  await ctx.db.insert(taxIdChecks).values({
    orgId: ctx.orgId,
    id: ctx.newId('tic'),
    customerId: customer.id,
    taxId: customer.taxId,
    outcome: answer.kind,
    source,
    registeredName: valid?.name ?? null,
    registeredAddress: valid?.address ?? null,
    nameMatch: valid ? matchNames(customer.name, valid.name) : null,
    consultationNumber: valid?.consultationNumber ?? null,
    detail: detailOf(answer, source),
    checkedAt: ctx.now,
  })
  if (answer.kind === 'unavailable') return answer
  const [changed] = await ctx.db
    .update(customers)
    .set({
      taxIdStatus: answer.kind,
      taxIdSource: source,
      taxIdCheckedAt: ctx.now,
      taxIdPendingSince: null,
    })
    .where(
      and(
        eq(customers.orgId, ctx.orgId),
        eq(customers.id, customer.id),
        // Another ID was given in the meantime: the answer is about the old one.
        eq(customers.taxId, customer.taxId),
      ),
    )
    .returning({ id: customers.id })
  if (!changed) return { kind: 'settled' }
  await recordAudit(ctx, {
    action: 'customer.tax_id_checked',
    subject: { type: 'customer', id: customer.id },
    reason: `${source} says ${answer.kind}`,
    data: { from: customer.taxIdStatus, to: answer.kind, taxId: customer.taxId },
  })
  await retryHeldDrafts(ctx, { customerId: customer.id })
  return { kind: 'settled' }
}

function detailOf(answer: TaxIdAnswer, source: 'vies' | 'local'): string | null {
  if (answer.kind === 'unavailable') return answer.reason
  return source === 'local' ? 'simulated: format and checksum alone' : null
}
