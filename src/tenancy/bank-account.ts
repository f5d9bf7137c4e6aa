import { z } from '@hono/zod-openapi'

/** Whether the check digits of an IBAN are right (ISO 13616, ISO 7064 MOD 97-10). Blanks do not matter. */
export function isIban(text: string): boolean {
  const iban = text.replace(/\s/g, '').toUpperCase()
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return false
  const digits = (iban.slice(4) + iban.slice(0, 4)).replace(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55),
  )
  return BigInt(digits) % 97n === 1n
}

const Text = (longest: number) => z.string().trim().min(1).max(longest)

/** An account as it is set through the API: an IBAN, or the numbers that banks elsewhere go by. */
export const NewBankAccount = z
  .strictObject({
    name: Text(100).openapi({ description: 'Of the bank' }),
    iban: z
      .string()
      .trim()
      .max(42)
      .refine((text) => text === '' || isIban(text), 'is no IBAN: its check digits are wrong')
      .default(''),
    bic: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^([A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?)?$/, 'is no BIC: 8 or 11 characters')
      .default(''),
    holder: Text(100).optional(),
    accountNumber: Text(40).optional(),
    routingNumber: Text(20)
      .optional()
      .openapi({ description: 'ABA routing number, sort code, BSB, …' }),
  })
  .refine(({ iban, accountNumber }) => iban !== '' || accountNumber !== undefined, {
    path: ['iban'],
    message: 'an account has an IBAN or an account number',
  })
