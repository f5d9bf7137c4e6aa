import { readFileSync } from 'node:fs'
import { AppError } from '#src/kernel/errors.ts'

export type Json = Readonly<Record<string, unknown>>

const INPUT_FIELDS =
  'subject text attachments event anomaly sender billingStatus account trigger'.split(' ')
const OUTPUT_FIELDS =
  'route acceptable_routes must_not required_facts must_escalate_reason reason_code'.split(' ')
const METADATA_FIELDS = 'axes lang difficulty provenance why'.split(' ')

/**
 * Anybody's cases: JSON lines, a case each (docs/evals.md). Fields may lie flat on the line; null is the same as left
 * out; a case without an id is called by its line. What `read` does not know is its own business.
 * @throws not_found; invalid_input naming the line and, where one is at fault, the field
 */
export function readDataset<Case extends { readonly id: string }>(
  path: string,
  read: (raw: Json) => Case,
): Case[] {
  const cases = new Map<string, Case>()
  for (const [at, line] of textOf(path).split(/\r?\n/u).entries()) {
    if (line.trim() === '') continue
    const one = named(at + 1, () => read(lifted(objectOf(line), at + 1)))
    if (cases.has(one.id))
      throw new AppError('invalid_input', `line ${at + 1}: id: ${one.id} is taken by another line`)
    cases.set(one.id, one)
  }
  if (cases.size === 0) throw new AppError('invalid_input', `${path}: no cases in it`)
  return [...cases.values()]
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/u, '')
  } catch (cause) {
    throw new AppError('not_found', `the data set ${path} cannot be read`, { cause })
  }
}

function named<T>(line: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError('invalid_input', `line ${line}: ${error.message}`, { cause: error })
  }
}

function objectOf(line: string): Json {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw new AppError('invalid_input', 'not JSON', { cause })
  }
  if (isObject(value)) return value
  throw new AppError('invalid_input', 'not a JSON object')
}

/** The envelope of a line whose fields lie flat, and its defaults. */
function lifted(raw: Json, line: number): Json {
  const given = withoutNulls(raw)
  const flat = new Set([...INPUT_FIELDS, ...OUTPUT_FIELDS, ...METADATA_FIELDS])
  const own = Object.entries(given).filter(([name]) => !flat.has(name))
  const part = (name: string, fields: readonly string[]): unknown => {
    const inside = given[name]
    const outside = fields.filter((field) => field in given).map((field) => [field, given[field]])
    if (inside !== undefined && !isObject(inside)) return inside
    return { ...Object.fromEntries(outside), ...withoutNulls(inside ?? {}) }
  }
  return {
    id: `line-${line}`,
    ...Object.fromEntries(own),
    inputs: part('inputs', INPUT_FIELDS),
    outputs: part('outputs', OUTPUT_FIELDS),
    metadata: part('metadata', METADATA_FIELDS),
  }
}

function withoutNulls(given: Json): Json {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
