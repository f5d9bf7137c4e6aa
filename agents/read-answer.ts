import { parseDocument } from 'yaml'
import type { Contract } from './contract.ts'

export type ReadAnswer<Answer> =
  | { readonly kind: 'valid'; readonly answer: Answer }
  | { readonly kind: 'invalid'; readonly complaint: string }

/**
 * Reads a model's text by the contract. Servers below strict schema may think aloud before, fence their JSON or talk
 * around it; two objects, or a key given twice, are no answer: which of them was meant is not ours to choose.
 */
export function readAnswer<Answer>(
  contract: Contract<Answer>,
  content: string,
): ReadAnswer<Answer> {
  const text = objectIn(content)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'invalid', complaint: 'The answer is not one JSON object.' }
  }
  if (hasKeyTwice(text)) return { kind: 'invalid', complaint: 'A key is given twice.' }
  const parsed = contract.schema.safeParse(value)
  if (parsed.success) return { kind: 'valid', answer: parsed.data }
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  return { kind: 'invalid', complaint: issues.join('; ') }
}

/** The outermost object of what is said after thinking. */
function objectIn(content: string): string {
  const said = content.replace(/^\s*<think>[\s\S]*?<\/think>/, '')
  const [, fenced] = /```(?:json)?\s*\n([\s\S]*?)\n\s*```/.exec(said) ?? []
  const text = fenced ?? said
  const start = text.indexOf('{')
  const end = text.lastIndexOf('}')
  return start >= 0 && end > start ? text.slice(start, end + 1) : text
}

/** JSON.parse takes the last of two silently. JSON is YAML too, and YAML's parser looks. */
function hasKeyTwice(json: string): boolean {
  return parseDocument(json, { uniqueKeys: true }).errors.some(
    ({ code }) => code === 'DUPLICATE_KEY',
  )
}
