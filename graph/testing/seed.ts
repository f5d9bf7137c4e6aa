import { eq, and } from 'drizzle-orm'
import type { Scope } from '#db/context.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { contacts, customers } from '#db/schema/customers.ts'
import { messages, threads } from '#db/schema/inbox.ts'
import { invoiceLines, invoices, invoiceTaxes } from '#db/schema/invoicing.ts'
import { usageAnomalies } from '#db/schema/metering.ts'
import { providerEvents } from '#db/schema/payments.ts'
import { decimalOf, parseDecimal } from '#src/kernel/decimal.ts'
import { Temporal } from '#src/kernel/time.ts'

const PARTY = {
  name: 'A',
  lines: [],
  country: 'DE',
  region: null,
  taxId: null,
  email: null,
}

/** An account with a verified contact who writes German or English, and invoices for January and February. */
export async function seedAccount(scope: Scope, id: string, locale = 'en-GB'): Promise<void> {
  await scope.transact(async ({ db, orgId, now }) => {
    await db.insert(customers).values({
      orgId,
      id,
      name: `Customer ${id}`,
      currency: 'EUR',
      country: 'DE',
      address: {},
      timeZone: 'Europe/Berlin',
      locale,
      taxIdStatus: 'none',
      taxExempt: false,
      audience: 'b2b',
      status: 'active',
      collection: 'card',
      providerCustomerId: `cus_${id}`,
      manualHold: false,
      createdAt: now,
    })
    await db.insert(contacts).values({
      orgId,
      id: `con_${id}`,
      customerId: id,
      email: `ada@c${id}.example`,
      name: 'Ada Lovelace',
      role: 'billing',
      verifiedAt: now,
      createdAt: now,
    })
  })
  await seedInvoice(scope, id, '2026-01', 20_000n)
  await seedInvoice(scope, id, '2026-02', 26_295n)
}

async function seedInvoice(
  scope: Scope,
  customerId: string,
  period: string,
  subtotalMinor: bigint,
): Promise<void> {
  const taxMinor = (subtotalMinor * 19n) / 100n
  const periodStart = Temporal.Instant.from(`${period}-01T00:00:00Z`)
  const id = `inv_${customerId}_${period}`
  await scope.transact(async ({ db, orgId, now }) => {
    await db.insert(invoices).values({
      orgId,
      id,
      customerId,
      subscriptionId: `sub_${customerId}`,
      period,
      periodStart,
      periodEnd: periodStart.add({ hours: 24 * 28 }),
      status: 'draft',
      currency: 'EUR',
      subtotalMinor,
      taxMinor,
      totalMinor: subtotalMinor + taxMinor,
      paidMinor: 0n,
      creditedMinor: 0n,
      seller: PARTY,
      buyer: PARTY,
      pricingVersion: '1',
      contentHash: 'x',
      paymentReference: id,
      publicToken: `tok_${customerId}_${period}`,
      createdAt: now,
    })
    await db.insert(invoiceLines).values({
      orgId,
      invoiceId: id,
      position: 1,
      kind: 'usage',
      metric: 'api_calls',
      description: 'API calls',
      quantity: decimalOf(subtotalMinor),
      unitPrice: parseDecimal('0.01'),
      amountMinor: subtotalMinor,
      exactAmount: '1',
      periodStart,
      periodEnd: periodStart.add({ hours: 24 * 28 }),
    })
    await db.insert(invoiceTaxes).values({
      orgId,
      invoiceId: id,
      position: 1,
      jurisdiction: 'DE',
      rate: parseDecimal('0.19'),
      baseMinor: subtotalMinor,
      amountMinor: taxMinor,
      taxPoint: periodStart.add({ hours: 24 * 28 }),
    })
    await db
      .update(invoices)
      .set({
        status: 'finalized',
        number: `INV-${period}-${customerId}`,
        finalizedAt: now,
        dueAt: now.add({ hours: 24 * 30 }),
      })
      .where(and(eq(invoices.orgId, orgId), eq(invoices.id, id)))
  })
}

/** A mail as the inbox leaves it behind; returns its row id. */
export async function seedMail(
  scope: Scope,
  mail: {
    customerId: string | null
    from: string
    subject: string
    text: string
    trust?: 'verified' | 'unverified' | 'automatic'
    attachments?: readonly string[]
  },
): Promise<string> {
  return scope.transact(async ({ db, orgId, now, newId }) => {
    const id = newId('msg')
    const threadId = newId('thr')
    await db.insert(threads).values({
      orgId,
      id: threadId,
      customerId: mail.customerId,
      subject: mail.subject,
      automatedReplies: 0,
      createdAt: now,
    })
    await db.insert(messages).values({
      orgId,
      id,
      threadId,
      customerId: mail.customerId,
      direction: 'in',
      key: id,
      messageId: `<${id}@mail.example>`,
      from: mail.from,
      to: 'billing@acme.example',
      subject: mail.subject,
      text: mail.text,
      trust: mail.trust ?? 'verified',
      purpose: 'query',
      status: 'received',
      headers: {},
      attachments: (mail.attachments ?? []).map((name) => ({
        name,
        type: 'application/pdf',
        sizeBytes: 1,
        sha256: '',
      })),
      createdAt: now,
    })
    return id
  })
}

/** A dunning case on the February invoice. */
export async function seedDunning(
  scope: Scope,
  customerId: string,
  values: Partial<typeof dunningCases.$inferInsert> = {},
): Promise<string> {
  const id = `case_${customerId}`
  await scope.transact(async ({ db, orgId, now }) => {
    await db.insert(dunningCases).values({
      orgId,
      id,
      customerId,
      invoiceId: `inv_${customerId}_2026-02`,
      state: 'retry_scheduled',
      declineClass: 'soft',
      declineCode: 'insufficient_funds',
      firstFailureAt: now,
      failures: 1,
      nextStep: 1,
      openedAt: now,
      ...values,
    })
  })
  return id
}

/** A payment event as received; returns its id. */
export async function seedEvent(
  scope: Scope,
  customerId: string,
  type: string,
  object: Record<string, unknown> = {},
): Promise<string> {
  return scope.transact(async ({ db, orgId, now, newId }) => {
    const id = newId('evt')
    await db.insert(providerEvents).values({
      orgId,
      id,
      provider: 'sandbox',
      type,
      payload: { id, type, data: { object: { ...object, customer: `cus_${customerId}` } } },
      receivedAt: now,
    })
    return id
  })
}

/** A detector's alarm; returns its id. */
export async function seedAnomaly(scope: Scope, customerId: string): Promise<string> {
  return scope.transact(async ({ db, orgId, now, newId }) => {
    const id = newId('ano')
    await db.insert(usageAnomalies).values({
      orgId,
      id,
      customerId,
      metric: 'api_calls',
      from: now.subtract({ hours: 6 }),
      to: now,
      observed: decimalOf(42_000),
      expected: decimalOf(3_000),
      score: 0.99,
      status: 'open',
      createdAt: now,
    })
    return id
  })
}
