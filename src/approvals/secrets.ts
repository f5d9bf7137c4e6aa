const IBAN = /\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b/g
const CARD = /\b\d(?:[ -]?\d){12,18}\b/g
const API_SECRET =
  /\b(?:(?:sk|rk|pk|whsec|tk)_[A-Za-z0-9_]{12,}|sk-(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,})\b/g

function ibanChecks(candidate: string): boolean {
  const compact = candidate.replace(/[ -]/g, '').toUpperCase()
  if (compact.length < 15 || compact.length > 34) return false
  const digits = Array.from(compact.slice(4) + compact.slice(0, 4), (character) =>
    Number.parseInt(character, 36).toString(),
  ).join('')
  return BigInt(digits) % 97n === 1n
}

function luhnChecks(candidate: string): boolean {
  const digits = candidate.replace(/\D/g, '')
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index])
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** Whether the text carries a card number, an IBAN or a secret key. */
export function findSecret(text: string): 'iban' | 'card_number' | 'secret_key' | null {
  if ((text.match(API_SECRET) ?? []).length > 0) return 'secret_key'
  if ((text.match(CARD) ?? []).some(luhnChecks)) return 'card_number'
  if ((text.toUpperCase().match(IBAN) ?? []).some(ibanChecks)) return 'iban'
  return null
}

/** Takes card numbers, IBANs and secret keys out, before text goes into prompts, logs or checkpoints. */
export function maskSecrets(text: string): string {
  return text
    .replace(API_SECRET, '[secret removed]')
    .replace(CARD, (match) => (luhnChecks(match) ? '[card number removed]' : match))
    .replace(new RegExp(IBAN.source, 'gi'), (match) =>
      ibanChecks(match) ? '[iban removed]' : match,
    )
}
