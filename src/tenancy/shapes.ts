import { z } from 'zod'

/** The account invoices are to be paid to by transfer. */
const BankAccount = z.object({ name: z.string(), iban: z.string(), bic: z.string() })

/** What an organisation can set for itself. `{}` is complete: every field has a default. */
export const OrgSettings = z.object({
  /** Days from finalization to the due date ("Net 30"). */
  paymentTermsDays: z.number().int().min(0).max(365).default(30),
  /** Hours an invoice stays a draft so that late events are still counted. */
  gracePeriodHours: z.number().int().min(0).max(720).default(0),
  /** Customers write here; mail from this address is never answered automatically. Lower case. */
  supportEmail: z.string().toLowerCase().default('billing@tollkeeper.invalid'),
  /** Address in From; null means `supportEmail`. */
  mailFrom: z.string().toLowerCase().nullable().default(null),
  bank: BankAccount.nullable().default(null),
  addressLines: z.array(z.string().max(200)).max(8).default([]),
  /** States and provinces where the seller collects tax: ["US-CA"]. */
  taxRegistrations: z.array(z.string()).default([]),
  /** One line under the payment details of an invoice. */
  paymentInstructions: z.string().max(500).default(''),
  brandColor: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .default('#1f3a5f'),
  /** Picture at the top of documents: a PNG or JPEG as a data url, 300 kB at most. */
  logo: z
    .string()
    .max(400_000)
    .regex(/^data:image\/(png|jpeg);base64,[A-Za-z0-9+/]+={0,2}$/)
    .nullable()
    .default(null),
  /** Overrides of the dunning schedule; collections owns its shape. */
  dunning: z.record(z.string(), z.unknown()).default({}),
  /** Usage of an account that is not active is counted always; `trigger` hands it to the supervisor too (M14). */
  usagePastAccount: z.enum(['count', 'trigger']).default('count'),
})
export type OrgSettings = z.infer<typeof OrgSettings>
