import { currencyDigits, type Currency } from '#src/kernel/currency.ts'
import { DECIMAL_SCALE, decimalOf, formatDecimal, ZERO, type Decimal } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import { formatMinor } from '#src/kernel/money.ts'
import type { DraftLine } from '../decision.ts'

/** EN 16931 allows two digits after the point in every amount (BR-DEC-01 to BR-DEC-28). */
const AMOUNT_DIGITS = 2

/**
 * Decimal text of an amount with two digits after the point at most.
 * @throws refused where a currency of three or four digits says more than that: no rounded invoice leaves the house.
 */
export function amountText(amountMinor: bigint, currency: Currency): string {
  const text = formatMinor(amountMinor, currency)
  const surplus = currencyDigits(currency) - AMOUNT_DIGITS
  if (surplus <= 0) return text
  if (text.endsWith('0'.repeat(surplus))) return text.slice(0, -surplus)
  const message = `EN 16931 allows two digits after the point, ${text} ${currency} has more`
  throw new AppError('refused', message, { fields: [{ path: 'currency', message }] })
}

interface LinePrice {
  /** BT-129 */
  readonly quantity: string
  /** BT-146 */
  readonly price: string
  /** BT-149 */
  readonly baseQuantity: string
}

/**
 * Quantity and price that multiply to a line's amount. The price is never negative (BR-27): where the amount is, the
 * quantity carries the sign. Prices finer than two digits are given for 100, 10,000 … units, as receivers round them.
 * Where quantity × price is not the amount, the price is the amount for the whole quantity.
 */
export function linePrice(
  { quantity, unitPrice, amountMinor }: Pick<DraftLine, 'quantity' | 'unitPrice' | 'amountMinor'>,
  currency: Currency,
): LinePrice {
  const sign = amountMinor < 0n ? -1n : 1n
  if (unitPrice !== null && multiplies(quantity, unitPrice, amountMinor, currency))
    return unitPrice < 0n
      ? scaled(-quantity as Decimal, -unitPrice as Decimal)
      : scaled(quantity, unitPrice)
  const whole = quantity === ZERO ? decimalOf(1) : magnitude(quantity)
  return {
    quantity: formatDecimal((sign * whole) as Decimal),
    price: formatMinor(sign * amountMinor, currency),
    baseQuantity: formatDecimal(whole),
  }
}

/**
 * Receivers allow two hundredths of a unit (PEPPOL-EN16931-R120): enough for a rounded cent, whichever way the pricing
 * document rounds, and not for a rounded yen.
 */
function multiplies(
  quantity: Decimal,
  unitPrice: Decimal,
  amountMinor: bigint,
  currency: Currency,
): boolean {
  const square = DECIMAL_SCALE * DECIMAL_SCALE
  const amount = (amountMinor * square) / 10n ** BigInt(currencyDigits(currency))
  const off = quantity * unitPrice - amount
  const allowed = square / 50n
  return off <= allowed && -off <= allowed
}

function scaled(quantity: Decimal, price: Decimal): LinePrice {
  let base = 1n
  while ((price * base) % (DECIMAL_SCALE / 10n ** BigInt(AMOUNT_DIGITS)) !== 0n) base *= 10n
  return {
    quantity: formatDecimal(quantity),
    price: formatDecimal((price * base) as Decimal),
    baseQuantity: base.toString(),
  }
}

function magnitude(value: Decimal): Decimal {
  return (value < 0n ? -value : value) as Decimal
}
