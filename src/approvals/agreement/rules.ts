import { wilson } from '#src/kernel/wilson.ts'

/** A share with where the true one may well lie (Wilson, 95 %). `share` and `kappa` are null where nothing was compared. */
export interface Agreement {
  readonly n: number
  readonly agreed: number
  readonly share: number | null
  readonly interval: readonly [number, number]
}

/** Two answers to one question; each a route, or kinds of proposals. */
export interface Pair {
  readonly live: readonly string[]
  readonly shadowed: readonly string[]
}

export function agreementOf(agreed: number, n: number): Agreement {
  return { n, agreed, share: n === 0 ? null : agreed / n, interval: wilson(agreed, n) }
}

/**
 * Agreement on one label: of the pairs in which either side has it, those in which both do. Kappa is over all pairs,
 * for it needs those in which neither does.
 */
export function labelAgreement(
  pairs: readonly Pair[],
  label: string,
): Agreement & { readonly kappa: number | null } {
  const either = pairs.filter((pair) => has(pair.live, label) || has(pair.shadowed, label))
  const both = either.filter((pair) => has(pair.live, label) && has(pair.shadowed, label))
  return {
    ...agreementOf(both.length, either.length),
    kappa: cohensKappa(
      pairs.map((pair) => [String(has(pair.live, label)), String(has(pair.shadowed, label))]),
    ),
  }
}

/** Labels that either side has given, sorted. */
export function labelsOf(pairs: readonly Pair[]): string[] {
  return [...new Set(pairs.flatMap((pair) => [...pair.live, ...pair.shadowed]))].sort()
}

/**
 * Cohen's kappa: agreement beyond what two raters with these habits reach by chance. Null without pairs, and where both
 * always say the same one thing: there chance explains all of it.
 */
export function cohensKappa(pairs: readonly (readonly [string, string])[]): number | null {
  const n = pairs.length
  if (n === 0) return null
  const observed = pairs.filter(([a, b]) => a === b).length / n
  const labels = new Set(pairs.flat())
  const chance = [...labels].reduce((sum, label) => {
    const byFirst = pairs.filter(([a]) => a === label).length / n
    const bySecond = pairs.filter(([, b]) => b === label).length / n
    return sum + byFirst * bySecond
  }, 0)
  return chance === 1 ? null : (observed - chance) / (1 - chance)
}

function has(labels: readonly string[], label: string): boolean {
  return labels.includes(label)
}
