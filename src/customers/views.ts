import { z } from 'zod'
import type { Contact, Customer } from './load-customer.ts'

const text = z.string()

/** An account as the API shows it. */
export const CustomerView = z.object({
  id: text,
  name: text,
  currency: text,
  country: text.nullable(),
  region: text.nullable(),
  address: z.object({
    line1: text.optional(),
    line2: text.optional(),
    postalCode: text.optional(),
    city: text.optional(),
  }),
  timeZone: text,
  locale: text,
  taxId: text.nullable(),
  taxIdStatus: z.enum(['none', 'valid', 'invalid', 'pending']),
  taxExempt: z.boolean(),
  audience: z.enum(['b2b', 'consumer', 'unknown']),
  status: z.enum(['trial', 'active', 'past_due', 'suspended', 'churned']),
  collection: z.enum(['card', 'transfer']),
  stripeCustomerId: text.nullable(),
  manualHold: z.boolean(),
  createdAt: text,
})

export function customerView(row: Customer): z.infer<typeof CustomerView> {
  return {
    id: row.id,
    name: row.name,
    currency: row.currency,
    country: row.country,
    region: row.region,
    address: { ...row.address },
    timeZone: row.timeZone,
    locale: row.locale,
    taxId: row.taxId,
    taxIdStatus: row.taxIdStatus,
    taxExempt: row.taxExempt,
    audience: row.audience,
    status: row.status,
    collection: row.collection,
    stripeCustomerId: row.providerCustomerId,
    manualHold: row.manualHold,
    createdAt: row.createdAt.toString(),
  }
}

export const ContactView = z.object({
  id: text,
  email: text,
  name: text,
  role: z.enum(['billing', 'technical', 'owner']),
  verifiedAt: text.nullable(),
  /** Why nothing is written to it: mail came back for good, or it was reported as unwanted. */
  mailStopped: z.enum(['bounced', 'complained']).nullable(),
  mailStoppedAt: text.nullable(),
})

export function contactView(row: Contact): z.infer<typeof ContactView> {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    verifiedAt: row.verifiedAt?.toString() ?? null,
    mailStopped: row.mailStopped,
    mailStoppedAt: row.mailStoppedAt?.toString() ?? null,
  }
}
