import { AppError, invalidField } from '#src/kernel/errors.ts'

/**
 * Parses JSON with every number as its own source text, so that no digit passes through a float.
 * @throws invalid_input naming `what` for text that is not JSON, or the key that a map has twice: one would be lost.
 */
export function readJson(text: string, what: string): unknown {
  try {
    const value: unknown = JSON.parse(text, exactNumber)
    refuseTwinKeys(text)
    return value
  } catch (error) {
    if (error instanceof AppError) throw error
    throw invalidField(what, `not JSON: ${error instanceof Error ? error.message : 'unreadable'}`)
  }
}

/** The third argument is the ECMAScript "source text access" of JSON.parse; it is there for primitives. */
function exactNumber(key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (key === '__proto__') throw invalidField(key, 'not allowed as a key')
  if (typeof value !== 'number') return value
  if (context?.source === undefined)
    throw new AppError('internal', 'this runtime cannot read JSON numbers exactly')
  return context.source
}

const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/g

/** JSON.parse keeps the last of two equal keys and says nothing. For text that is JSON. */
function refuseTwinKeys(text: string): void {
  const maps: Set<string>[] = []
  for (const [token, isKey] of text.matchAll(TOKEN)) {
    if (token === '{') maps.push(new Set())
    else if (token === '}') maps.pop()
    else if (isKey !== undefined) {
      const key = String(JSON.parse(token.slice(0, token.length - isKey.length)))
      const map = maps.at(-1)
      if (map?.has(key)) throw invalidField(key, 'is given twice in one map')
      map?.add(key)
    }
  }
}
