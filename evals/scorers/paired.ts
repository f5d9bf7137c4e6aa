/**
 * McNemar's exact test, one-sided: how likely at least `lost` of the `lost + won` changed cases
 * are losses if the change did nothing. Small means that it got worse.
 */
export function mcnemarWorse(lost: number, won: number): number {
  const changed = lost + won
  let tail = 0
  for (let losses = lost; losses <= changed; losses += 1) tail += binomialHalf(changed, losses)
  return Math.min(1, tail)
}

/** Probability of `hits` heads in `tosses` tosses of a fair coin, in logarithms for size. */
function binomialHalf(tosses: number, hits: number): number {
  let logarithm = -tosses * Math.LN2
  for (let at = 1; at <= hits; at += 1) logarithm += Math.log(tosses - hits + at) - Math.log(at)
  return Math.exp(logarithm)
}
