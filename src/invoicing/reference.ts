/**
 * Creditor reference of an invoice number after ISO 11649: "RF" + two check digits + the number's letters and digits.
 * Banks refuse it when a digit is mistyped.
 */
export function creditorReference(number: string): string {
  const body = number.toUpperCase().replace(/[^A-Z0-9]/g, '')
  const check = 98n - (BigInt(digitsOf(`${body}RF00`)) % 97n)
  return `RF${check.toString().padStart(2, '0')}${body}`
}

/** Letters count as 10 to 35. */
function digitsOf(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => (letter.charCodeAt(0) - 55).toString())
}
