// Numbers of the second rater: plain fractions that are never shortened. Slow, and nothing can be lost.

export interface Fraction {
  readonly over: bigint
  /** Above zero. */
  readonly under: bigint
}

export const NIL: Fraction = { over: 0n, under: 1n }

/** From "-12.5" or 3. */
export function fraction(text: string | number): Fraction {
  const [whole = '0', digits = ''] = String(text).split('.')
  return { over: BigInt(whole + digits), under: 10n ** BigInt(digits.length) }
}

export function plus(a: Fraction, b: Fraction): Fraction {
  return { over: a.over * b.under + b.over * a.under, under: a.under * b.under }
}

export function minus(a: Fraction, b: Fraction): Fraction {
  return plus(a, { over: -b.over, under: b.under })
}

export function times(a: Fraction, b: Fraction): Fraction {
  return { over: a.over * b.over, under: a.under * b.under }
}

/** `b` is not zero. */
export function divided(a: Fraction, b: Fraction): Fraction {
  const sign = b.over < 0n ? -1n : 1n
  return { over: sign * a.over * b.under, under: sign * a.under * b.over }
}

/** Below zero, zero or above zero, as a to b. */
export function compared(a: Fraction, b: Fraction): number {
  const difference = a.over * b.under - b.over * a.under
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

export function least(a: Fraction, b: Fraction): Fraction {
  return compared(a, b) < 0 ? a : b
}

export function most(a: Fraction, b: Fraction): Fraction {
  return compared(a, b) > 0 ? a : b
}

export function absolute(a: Fraction): Fraction {
  return a.over < 0n ? { ...a, over: -a.over } : a
}

export function total(list: readonly Fraction[]): Fraction {
  return list.reduce(plus, NIL)
}

/** The largest whole number that is not above. */
export function floor({ over, under }: Fraction): bigint {
  const quotient = over / under
  return over < 0n && quotient * under !== over ? quotient - 1n : quotient
}

/** Half away from zero. */
export function nearest(a: Fraction): bigint {
  const up = floor(plus(absolute(a), { over: 1n, under: 2n }))
  return a.over < 0n ? -up : up
}

export function ceil(a: Fraction): bigint {
  return -floor({ over: -a.over, under: a.under })
}

/** Rounded to so many digits after the point, half away from zero. */
export function toDigits(a: Fraction, digits: number): Fraction {
  const scale = 10n ** BigInt(digits)
  return { over: nearest({ over: a.over * scale, under: a.under }), under: scale }
}

/** "163.9455"; what does not end within 40 digits after the point is cut there and marked with "…". */
export function printed(a: Fraction): string {
  const scale = 10n ** 40n
  const { over, under } = absolute(a)
  const digits = ((over * scale) / under).toString().padStart(41, '0')
  const rest = digits.slice(-40).replace(/0+$/, '')
  const isCut = (over * scale) % under !== 0n
  const text = `${digits.slice(0, -40)}${isCut ? `.${digits.slice(-40)}…` : rest ? `.${rest}` : ''}`
  return a.over < 0n ? `-${text}` : text
}
