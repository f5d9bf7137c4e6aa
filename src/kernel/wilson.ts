/** 1.96 standard deviations hold 95 % of a normal distribution. */
const Z = 1.959964

/**
 * Wilson's 95 % interval of a share: where the true rate may well lie, given `hits` of `tries`. Unlike the textbook
 * interval it is sound at 0 and 1 and for few cases. [0, 1] for no tries.
 */
export function wilson(hits: number, tries: number): readonly [number, number] {
  if (tries === 0) return [0, 1]
  const share = hits / tries
  const spread = (Z * Z) / tries
  const middle = (share + spread / 2) / (1 + spread)
  const half =
    (Z / (1 + spread)) * Math.sqrt((share * (1 - share)) / tries + (Z * Z) / (4 * tries * tries))
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}
