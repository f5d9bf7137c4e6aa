/** Digits with at most two spaces, dots, dashes or slashes between: a card number may stand among them. */
const DIGITS = /\d(?:[ .\-/_]{0,2}\d){12,}/g
const IBAN_LIKE = /(?<![A-Za-z0-9])[A-Za-z]{2}[ -]?\d{2}(?:[ .-]?[A-Za-z0-9]){11,30}/g
/** Keys of ours and of well-known providers, tokens, private keys: by their own beginnings. */
const SECRETS = [
  /\b(?:sk|rk|pk|whsec|tk)_[A-Za-z0-9_]{12,}\b/g,
  /\b(?:sk-(?:proj-|ant-)?|xox[abprs]-|gh[pousr]_|github_pat_|glpat-|SG\.|npm_)[\w.-]{16,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[\w-]{35}\b/g,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}/g,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,8000}?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
]
/** Spaces and dashes that look like the plain ones, and digits of other scripts. */
const SPACES = /[\u00A0\u2000-\u200A\u202F\u205F\u3000]/g
const DASHES = /[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]/g
const OTHER_DIGITS = /[\u0660-\u0669\u06F0-\u06F9\u0966-\u096F\uFF10-\uFF19]/g
const WIDE_LETTERS = /[\uFF21-\uFF3A\uFF41-\uFF5A]/g
const MOST_GROUPS = 19
const ZEROS = [0x0660, 0x06f0, 0x0966, 0xff10]
const WIDE_OFFSET = 0xfee0

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

/** Length of the IBAN at the start of a match, which may have swallowed a following word; 0 when there is none. */
function ibanLength(match: string): number {
  for (let length = match.length; length >= 15; length -= 1) {
    const part = match.slice(0, length)
    if (!/[A-Za-z0-9]$/.test(part) || /^[A-Za-z0-9]/.test(match.slice(length))) continue
    if (isIban(part.replaceAll(/[ .-]/g, '').toUpperCase())) return length
  }
  return 0
}

/** The same length, character for character, in the letters and digits that the patterns know. */
function plainTwin(text: string): string {
  return text
    .replaceAll(SPACES, ' ')
    .replaceAll(DASHES, '-')
    .replaceAll(OTHER_DIGITS, (digit) => {
      const code = digit.charCodeAt(0)
      return String(code - (ZEROS.findLast((zero) => code >= zero) ?? code))
    })
    .replaceAll(WIDE_LETTERS, (letter) => String.fromCharCode(letter.charCodeAt(0) - WIDE_OFFSET))
}

/** As cards are typed: in one piece, in fours and sixes, in pairs or digit by digit; dates and times are not. */
function isCard(groups: readonly string[]): boolean {
  const digits = groups.join('')
  const sizes = groups.map((group) => group.length)
  const typed =
    sizes.slice(0, -1).every((size) => size >= 4 && size <= 6) ||
    sizes.every((size) => size === 1) ||
    sizes.every((size) => size === 2)
  return typed && /^[2-6]\d{12,18}$/.test(digits) && passesLuhn(digits)
}

/** Card numbers within a run of digits: an expiry date or another number may stand before or behind. */
function cardsIn(run: string, offset: number): Found[] {
  const groups = [...run.matchAll(/\d+/g)].map(({ 0: text, index }) => ({ text, index }))
  const found: Found[] = []
  for (let from = 0; from < groups.length; from += 1) {
    for (let to = Math.min(groups.length, from + MOST_GROUPS); to > from; to -= 1) {
      const part = groups.slice(from, to)
      const [first, last] = [part[0], part.at(-1)]
      if (!first || !last || !isCard(part.map(({ text }) => text))) continue
      const length = last.index + last.text.length - first.index
      found.push({
        at: offset + first.index,
        length,
        mask: `[card …${lastFour(run.slice(first.index, first.index + length))}]`,
      })
      from = to - 1
      break
    }
  }
  return found
}

interface Found {
  readonly at: number
  readonly length: number
  readonly mask: string
}

function lastFour(number: string): string {
  return number.replaceAll(/[^A-Za-z0-9]/g, '').slice(-4)
}

function findings(plain: string): Found[] {
  const found: Found[] = []
  for (const pattern of SECRETS)
    for (const { 0: match, index } of plain.matchAll(pattern))
      found.push({ at: index, length: match.length, mask: '[secret removed]' })
  for (const { 0: match, index } of plain.matchAll(IBAN_LIKE)) {
    const length = ibanLength(match)
    if (length > 0)
      found.push({ at: index, length, mask: `[IBAN …${lastFour(match.slice(0, length))}]` })
  }
  for (const { 0: run, index } of plain.matchAll(DIGITS)) found.push(...cardsIn(run, index))
  return found.sort((a, b) => a.at - b.at || b.length - a.length)
}

/**
 * Replaces card numbers (Luhn) and IBANs (mod 97) by their last four characters, and keys and tokens altogether, in
 * whatever width, script or spacing they were typed: they stay out of prompts, logs and checkpoints (ROUTING_POLICY
 * §4). Numbers that fail their check digits are left as they are.
 */
export function maskNumbers(text: string): string {
  let masked = ''
  let done = 0
  for (const { at, length, mask } of findings(plainTwin(text))) {
    if (at < done) continue
    masked += text.slice(done, at) + mask
    done = at + length
  }
  return masked + text.slice(done)
}
