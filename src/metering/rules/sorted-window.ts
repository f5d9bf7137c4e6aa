/** The last `capacity` numbers, kept sorted beside their order of arrival: medians and quantiles of a long history. */
export interface SortedWindow {
  readonly size: () => number
  push(value: number): void
  /** Value at a share of the sorted history: 0.5 is the median. NaN while empty. */
  quantile(share: number): number
  /** Median of the distances from `center`. */
  medianDistance(center: number): number
}

export function sortedWindow(capacity: number): SortedWindow {
  const arrivals: number[] = []
  const sorted: number[] = []
  let oldest = 0
  const push = (value: number) => {
    if (arrivals.length < capacity) arrivals.push(value)
    else {
      sorted.splice(lowerBound(sorted, arrivals[oldest] ?? 0), 1)
      arrivals[oldest] = value
      oldest = (oldest + 1) % capacity
    }
    sorted.splice(lowerBound(sorted, value), 0, value)
  }
  return {
    size: () => sorted.length,
    push,
    quantile: (share) => valueAt(sorted, share),
    medianDistance: (center) => medianDistance(sorted, center),
  }
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}

function valueAt(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return Number.NaN
  const position = share * (sorted.length - 1)
  const low = sorted[Math.floor(position)] ?? 0
  const high = sorted[Math.ceil(position)] ?? 0
  return low + (high - low) * (position - Math.floor(position))
}

// The distances left and right of the center are sorted runs already: the k-th smallest of both by bisection.
function medianDistance(sorted: readonly number[], center: number): number {
  const total = sorted.length
  if (total === 0) return Number.NaN
  const split = lowerBound(sorted, center)
  const wanted = (total + 1) >> 1
  let fromLeft = Math.max(0, wanted - (total - split))
  let most = Math.min(wanted, split)
  const left = (index: number) =>
    index < split ? center - (sorted[split - 1 - index] ?? 0) : Infinity
  const right = (index: number) =>
    split + index < total ? (sorted[split + index] ?? 0) - center : Infinity
  while (fromLeft < most) {
    const taken = (fromLeft + most) >>> 1
    if (left(taken) < right(wanted - taken - 1)) fromLeft = taken + 1
    else most = taken
  }
  const lastLeft = fromLeft > 0 ? left(fromLeft - 1) : 0
  const fromRight = wanted - fromLeft
  return Math.max(lastLeft, fromRight > 0 ? right(fromRight - 1) : 0)
}
