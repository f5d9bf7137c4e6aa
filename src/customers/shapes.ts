import { z } from 'zod'
import { parseCountry } from '#src/kernel/country.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseTimeZone } from '#src/kernel/time.ts'
import { normalizeTaxId } from './tax-id.ts'

/** A schema from one of the kernel's parsers; its complaint becomes the field's. */
function parsedBy(parse: (text: string) => string) {
  return z.string().transform((text, context) => {
    try {
      return parse(text)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const message = error.fields[0]?.message ?? error.message
      context.addIssue({ code: 'custom', message, input: text })
      return z.NEVER
    }
  })
}

function parsedLocale(text: string): string {
  try {
    return new Intl.Locale(text).toString()
  } catch {
    throw new AppError(
      'invalid_input',
      `"${text.slice(0, 20)}" is not a language tag like de or en-GB`,
    )
  }
}

/** The organisation's own account id: usage events name it. */
const AccountId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ -')

const Email = z.string().trim().toLowerCase().max(254).pipe(z.email('is not an e-mail address'))

export const NewContact = z.strictObject({
  email: Email,
  name: z.string().trim().min(1).max(200),
  role: z.enum(['billing', 'technical', 'owner']).default('billing'),
  /** false: the address still has to be confirmed; mail from it is not trusted. */
  verified: z.boolean().default(true),
})

const Line = z.string().trim().max(200)

const Address = z.strictObject({
  line1: Line.exactOptional(),
  line2: Line.exactOptional(),
  postalCode: z.string().trim().max(20).exactOptional(),
  city: Line.exactOptional(),
})

/** What can be changed later as well. */
const details = {
  name: z.string().trim().min(1).max(200),
  country: parsedBy(parseCountry).nullable(),
  /** The part after the country in ISO 3166-2: "CA" of US-CA. */
  region: z
    .string()
    .regex(/^[A-Z0-9]{1,3}$/, 'must read like CA')
    .nullable(),
  address: Address,
  timeZone: parsedBy(parseTimeZone),
  locale: parsedBy(parsedLocale),
  taxId: z.string().trim().max(30).transform(normalizeTaxId).nullable(),
  /** Given only by an organisation that has asked VIES itself; otherwise format and checksum decide. */
  taxIdStatus: z.enum(['valid', 'invalid', 'pending']),
  taxExempt: z.boolean(),
  audience: z.enum(['b2b', 'consumer', 'unknown']),
  collection: z.enum(['card', 'transfer']),
}

export const NewCustomer = z.strictObject({
  id: AccountId,
  name: details.name,
  /** The one currency of all its invoices. */
  currency: parsedBy(parseCurrency),
  country: details.country.default(null),
  region: details.region.default(null),
  address: details.address.default({}),
  /** Default: the organisation's. */
  timeZone: details.timeZone.exactOptional(),
  locale: details.locale.default('en'),
  taxId: details.taxId.default(null),
  taxIdStatus: details.taxIdStatus.exactOptional(),
  taxExempt: details.taxExempt.default(false),
  audience: details.audience.default('unknown'),
  collection: details.collection.default('card'),
  status: z.enum(['trial', 'active']).default('active'),
  contacts: z.array(NewContact).max(20).default([]),
})
export type NewCustomer = z.infer<typeof NewCustomer>

/** What is left out stays. Id and status are not changed here, the currency only while there is nothing in it. */
export const CustomerChange = z
  .strictObject({ ...details, currency: parsedBy(parseCurrency) })
  .partial()
