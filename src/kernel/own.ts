/** What a map itself holds under the key: a metric named "constructor" finds no member of Object.prototype. */
export function ownValue<Value>(
  map: Readonly<Record<string, Value>>,
  key: string,
): Value | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}
