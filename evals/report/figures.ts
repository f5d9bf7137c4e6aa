import type { Figure, Outcome } from '../suite.ts'

/** "escalationRecall" → "escalation recall". */
export function nameOf({ name }: Pick<Figure, 'name'>): string {
  return name
    .replace(
      /([a-z])([A-Z])(?=[a-z])/gu,
      (_match, a: string, b: string) => `${a} ${b.toLowerCase()}`,
    )
    .replace(/([a-z])([A-Z])/gu, '$1 $2')
}

export function valueOf(value: number, unit: Figure['unit']): string {
  switch (unit) {
    case 'share':
      return `${(value * 100).toFixed(1)} %`
    case 'count':
      return `${value}`
    case 'ms':
      return `${value.toFixed(value < 10 ? 3 : 0)} ms`
    case 'usd':
      return `$${value.toFixed(4)}`
    case 'number':
      return value.toFixed(3)
  }
}

/** "95.1 % – 99.0 %", or nothing. */
export function intervalOf({ interval, unit }: Figure): string {
  return interval ? `${valueOf(interval[0], unit)} – ${valueOf(interval[1], unit)}` : ''
}

/** "at least 97.0 %", or nothing. */
export function gateOf({ atLeast, atMost, unit }: Figure): string {
  if (atLeast !== undefined) return `at least ${valueOf(atLeast, unit)}`
  return atMost === undefined ? '' : `at most ${valueOf(atMost, unit)}`
}

export function holds({ value, atLeast, atMost }: Figure): boolean | null {
  if (atLeast === undefined && atMost === undefined) return null
  return (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost)
}

/** Cases to look at: unsafe ones first. */
export function wrongOf(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes
    .filter(({ isRight, isUnsafe }) => !isRight || isUnsafe)
    .toSorted((a, b) => Number(b.isUnsafe) - Number(a.isUnsafe))
}
