/** 13 to 19 digits, with single spaces, dots or dashes between: what a card number looks like when typed. */
const CARD_LIKE = /(?<![\d-])[2-6](?:[ .-]?\d){12,18}(?![\d-]?\d)/g
const IBAN_LIKE = /\b[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?\b/g

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index])
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** ISO 7064 mod 97-10 over the rearranged number. */
function isIban(compact: string): boolean {
  if (compact.length < 15 || compact.length > 34) return false
  let remainder = 0
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1
}

/** The IBAN at the start of a match, which may have swallowed a following word; null when there is none. */
function ibanWithin(match: string): string | null {
  for (let length = match.length; length >= 15; length -= 1) {
    const part = match.slice(0, length)
    if (/[A-Za-z0-9]$/.test(part) && isIban(part.replaceAll(/[ -]/g, '').toUpperCase())) return part
  }
  return null
}

function lastFour(number: string): string {
  return number.replaceAll(/[ .-]/g, '').slice(-4)
}

/**
 * Replaces card numbers (Luhn) and IBANs (mod 97) by their last four characters: they stay out of prompts, logs
 * and checkpoints (ROUTING_POLICY §4). Numbers that fail their check digits are left as they are.
 */
export function maskNumbers(text: string): string {
  return text
    .replaceAll(IBAN_LIKE, (match) => {
      const iban = ibanWithin(match)
      return iban === null ? match : `[IBAN …${lastFour(iban)}]${match.slice(iban.length)}`
    })
    .replaceAll(CARD_LIKE, (match) =>
      passesLuhn(match.replaceAll(/\D/g, '')) ? `[card …${lastFour(match)}]` : match,
    )
}
