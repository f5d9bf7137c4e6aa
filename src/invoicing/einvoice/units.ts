// Source: UNECE Recommendation 20; C62 is "one", what is counted without a measure.
const BY_WORD: ReadonlyMap<string, string> = new Map([
  ...['gb', 'gigabyte', 'gigabytes'].map((word) => [word, 'E34'] as const),
  ...['tb', 'terabyte', 'terabytes'].map((word) => [word, 'E35'] as const),
  ...['mb', 'megabyte', 'megabytes'].map((word) => [word, '4L'] as const),
  ...['byte', 'bytes'].map((word) => [word, 'AD'] as const),
  ...['hour', 'hours'].map((word) => [word, 'HUR'] as const),
  ...['minute', 'minutes'].map((word) => [word, 'MIN'] as const),
  ...['second', 'seconds'].map((word) => [word, 'SEC'] as const),
  ['kwh', 'KWH'],
])

/** BT-130 of a metric's name: "storage_gb" is counted in gigabytes, "gb_hours" in neither. */
export function unitOf(metric: string | null): string {
  const words = (metric ?? '').toLowerCase().split(/[^a-z]+/)
  const units = words.flatMap((word) => BY_WORD.get(word) ?? [])
  return (units.length === 1 ? units[0] : undefined) ?? 'C62'
}
