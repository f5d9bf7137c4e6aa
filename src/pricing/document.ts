import { formatDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { AppError, invalidField, type FieldProblem } from '#src/kernel/errors.ts'
import { inconsistencies } from './consistency.ts'
import { invalidSource, problemsOf } from './problems.ts'
import { PricingDocument, type Plan } from './shapes.ts'
import { readSource } from './source.ts'

/**
 * The pricing document (REQUIREMENTS P1, P2) from YAML or JSON text; numbers are read exactly from their digits.
 * @throws invalid_input listing every problem at once with path, line and reason.
 */
export function parsePricingDocument(text: string, fileName = 'pricing document'): PricingDocument {
  const source = readSource(text)
  // What could not be read at all has no fields to check.
  if (source.value === undefined) throw invalidSource(fileName, source.problems, source.lineOf)
  return checkedDocument(source.value, fileName, source.lineOf, source.problems)
}

/**
 * The same document from an already parsed value in which numbers are text, as `documentToJson` writes it.
 * @throws invalid_input listing every problem with its path.
 */
export function documentFromJson(value: unknown, name = 'pricing document'): PricingDocument {
  return checkedDocument(value, name, () => undefined)
}

/** JSON value of a document: decimals and counts as strings, optional keys left out; loads again identically. */
export function documentToJson(document: PricingDocument): Record<string, unknown> {
  return jsonMap(document)
}

/** @throws invalid_input naming `path` when the document has no such plan. */
export function planOf(document: PricingDocument, planId: string, path = 'plan'): Plan {
  const plan = document.tiers.find(({ id }) => id === planId)
  if (plan) return plan
  const known = document.tiers.map(({ id }) => id).join(', ')
  throw invalidField(path, `"${planId}" is not a plan of the document; there are: ${known}`)
}

function checkedDocument(
  value: unknown,
  name: string,
  lineOf: (path: string) => number | undefined,
  read: readonly FieldProblem[] = [],
): PricingDocument {
  const parsed = PricingDocument.safeParse(value, { reportInput: true })
  const problems: FieldProblem[] = [
    ...read,
    ...(parsed.success ? [] : problemsOf(parsed.error)),
    ...inconsistencies(value),
  ]
  if (parsed.success && problems.length === 0) return parsed.data
  throw invalidSource(name, problems, lineOf)
}

function jsonMap(map: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(map).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, jsonValue(value)]],
    ),
  )
}

function jsonValue(value: unknown): unknown {
  if (typeof value === 'bigint') return formatDecimal(value as Decimal)
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return value.map(jsonValue)
  if (typeof value === 'object' && value !== null) return jsonMap(value)
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  throw new AppError('internal', `a document holds no ${typeof value}`)
}
