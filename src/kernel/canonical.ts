import { hash } from 'node:crypto'

/**
 * JSON with sorted keys, bigints as strings, undefined left out: same value, same bytes.
 * Written out instead of given to JSON.stringify with a replacer, which is several times slower.
 */
export function canonicalJson(value: unknown): string {
  return canonical(value) ?? 'null'
}

function canonical(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      return Number.isFinite(value) ? String(value === 0 ? 0 : value) : 'null'
    case 'boolean':
      return value ? 'true' : 'false'
    case 'bigint':
      return `"${value}"`
    case 'object':
      return value === null ? 'null' : canonicalObject(value)
    case 'undefined':
    case 'function':
    case 'symbol':
      return undefined
  }
}

function canonicalObject(value: object): string | undefined {
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return canonical((value.toJSON as () => unknown)())
  if (Array.isArray(value))
    return `[${value.map((item: unknown) => canonical(item) ?? 'null').join(',')}]`
  const entries = value as Readonly<Record<string, unknown>>
  let text = ''
  for (const key of Object.keys(entries).sort()) {
    const item = canonical(entries[key])
    if (item === undefined) continue
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${item}`
  }
  return `{${text}}`
}

/** Hex SHA-256 of the text. */
export function sha256(text: string | Uint8Array): string {
  return hash('sha256', text, 'hex')
}

/** Hex SHA-256 of the value's canonical JSON. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value))
}
