import { z } from 'zod'

/** An account invoices are to be paid to by transfer: an IBAN, or elsewhere the numbers banks there go by. */
const BankAccount = z.object({
  /** Of the bank. */
  name: z.string().max(100),
  iban: z.string().max(42).default(''),
  bic: z.string().max(20).default(''),
  holder: z.string().max(100).optional(),
  accountNumber: z.string().max(40).optional(),
  /** ABA routing number, sort code, BSB, … */
  routingNumber: z.string().max(20).optional(),
})
export type BankAccount = z.infer<typeof BankAccount>

/** How tax is decided where the law leaves a choice, and what happens while a VAT ID is not confirmed. */
export const TaxSettings = z.object({
  /** `destination`: their country's VAT (one-stop shop). `origin`: the seller's, below 10,000 EUR a year. */
  euConsumers: z.enum(['destination', 'origin']).default('destination'),
  /**
   * Hours an invoice waits as a draft for a pending VAT ID; after that it is billed with VAT. null: it waits until the
   * ID is settled. 0: billed with VAT at once.
   */
  pendingTaxIdHours: z.number().int().min(0).max(8_760).nullable().default(null),
  /** A VAT ID confirmed longer ago than this is asked about again before an invoice relies on it. null: never. */
  taxIdRecheckDays: z.number().int().min(1).max(3_650).nullable().default(90),
  /** Sandbox only, where no register is set up: whether a well-formed VAT ID stays pending or is taken as valid. */
  simulatedTaxIds: z.enum(['pending', 'valid']).default('pending'),
  /** Stripe's code of what is sold; default: software as a service, business use. */
  stripeTaxCode: z
    .string()
    .regex(/^txcd_\d{8}$/, 'must read like txcd_10103001')
    .default('txcd_10103001'),
})
export type TaxSettings = z.infer<typeof TaxSettings>

const DomainName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}$/, 'must be a name like mx.example.com')

/** Whom received mail is believed by, how long it is kept as it came. */
const MailSettings = z.object({
  /** authserv-ids of mail servers of ours: their Authentication-Results on top of a mail are believed. */
  trustedServers: z.array(DomainName).max(20).default([]),
  /** Domains of forwarders whose ARC seals are believed. */
  trustedSealers: z.array(DomainName).max(20).default([]),
  /** Days a received mail is kept as it came; 0 keeps its masked text only. */
  keepRawDays: z.number().int().min(0).max(3_650).default(30),
})

/** Amounts that have no minor unit: models cost fractions of a cent. */
const Dollars = z
  .string()
  .regex(/^\d{1,7}(\.\d{1,6})?$/, 'must be US dollars like "2.50"')
  .nullable()
const Tokens = z.number().int().min(0).max(1_000_000_000_000)

/** What model calls may use, and what is kept of them. `usd` null: tokens alone are limited. */
export const ModelSettings = z.object({
  perRun: z
    .object({
      calls: z.number().int().min(0).max(50).default(6),
      tokens: Tokens.default(40_000),
      usd: Dollars.default(null),
    })
    .prefault({}),
  /** Of the organisation, in its own calendar. */
  perDay: z.object({ tokens: Tokens.default(2_000_000), usd: Dollars.default(null) }).prefault({}),
  perMonth: z
    .object({ tokens: Tokens.nullable().default(null), usd: Dollars.default(null) })
    .prefault({}),
  /** What shadows may use in a day; it is no part of the others. */
  shadowPerDay: z
    .object({ tokens: Tokens.default(500_000), usd: Dollars.default(null) })
    .prefault({}),
  /** US dollars per million tokens, by the model's name: before the list prices of OpenAI's models. */
  prices: z
    .record(
      z.string().min(1).max(200),
      z.object({
        input: z.number().min(0).max(100_000),
        cachedInput: z.number().min(0).max(100_000).optional(),
        output: z.number().min(0).max(100_000),
      }),
    )
    .default({}),
  /** Days that raw outputs and shadows' reasons are kept; 0: as soon as housekeeping comes by. */
  keepRawDays: z.number().int().min(0).max(3_650).default(30),
})
export type ModelSettings = z.infer<typeof ModelSettings>

/** How the human queue works. */
export const QueueSettings = z.object({
  /** Minutes after which a claim that nobody used has gone stale: anybody may take the case over. */
  claimIdleMinutes: z.number().int().min(5).max(10_080).default(30),
  /** Days that the checkpoints of runs that are over are kept; what they decided stays for ever. */
  keepCheckpointsDays: z.number().int().min(1).max(365).default(30),
})
export type QueueSettings = z.infer<typeof QueueSettings>

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
  mail: MailSettings.prefault({}),
  bank: BankAccount.nullable().default(null),
  /** Accounts for invoices in one currency, by ISO 4217 code; `bank` takes the others. */
  banks: z.record(z.string(), BankAccount).default({}),
  /** On each page's foot, where the law wants it: "HRB 12345, Amtsgericht Charlottenburg". */
  legal: z
    .object({
      registration: z.string().max(200).default(''),
      directors: z.array(z.string().max(100)).max(10).default([]),
    })
    .default({ registration: '', directors: [] }),
  /** A line of the organisation's own at the foot of each page. */
  footerText: z.string().max(300).default(''),
  addressLines: z.array(z.string().max(200)).max(8).default([]),
  /** Where the seller collects tax besides its own country: ["US-CA", "GB"]; "EU" is the one-stop shop. */
  taxRegistrations: z.array(z.string()).default([]),
  tax: TaxSettings.prefault({}),
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
  models: ModelSettings.prefault({}),
  /** What agents may do alone, by kind of proposal, where it is not the usual; approvals owns the kinds. */
  autonomy: z.record(z.string(), z.enum(['execute', 'once', 'ask'])).default({}),
  queue: QueueSettings.prefault({}),
  /** Overrides of the dunning schedule; collections owns its shape. */
  dunning: z.record(z.string(), z.unknown()).default({}),
  /** Usage of an account that is not active is counted always; `trigger` hands it to the supervisor too (M14). */
  usagePastAccount: z.enum(['count', 'trigger']).default('count'),
})
export type OrgSettings = z.infer<typeof OrgSettings>
