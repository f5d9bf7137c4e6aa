import { AppError, invalidField } from '#src/kernel/errors.ts'

/**
 * Parses JSON with every number as its own source text, so that no digit passes through a float.
 * @throws invalid_input naming `what` for text that is not JSON.
 */
export function readJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text, exactNumber)
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
