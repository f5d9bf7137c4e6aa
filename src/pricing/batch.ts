import { z } from 'zod'
import { invalidField, toProblem } from '#src/kernel/errors.ts'
import { calculateParsed } from './calculator.ts'
import type { TaxFor } from './document-tax.ts'
import { documentFromJson } from './document.ts'
import { readJson } from './json.ts'
import { checkedUsage } from './usage-input.ts'

const Case = z.looseObject({ pricing: z.unknown(), usage: z.unknown() })

/**
 * One line of `rate --batch`: `{ id, pricing, usage }` in, `{ id, result }` or `{ id, error: { code, message, fields } }`
 * out, as JSON text. Never throws: a bad line is its own answer, with id null where it cannot be read.
 */
export function rateBatchLine(line: string, taxFor?: TaxFor): string {
  let id: unknown = null
  try {
    const parsed = readJson(line, 'line')
    id = originalId(line)
    const { data: item } = Case.safeParse(parsed)
    if (!item) throw invalidField('line', 'must be an object with id, pricing and usage')
    const document = documentFromJson(item.pricing, 'pricing')
    const result = calculateParsed(document, checkedUsage(item.usage, 'usage'), taxFor)
    return JSON.stringify({ id, result })
  } catch (error) {
    const { code, detail, errors = [] } = toProblem(error)
    return JSON.stringify({ id, error: { code, message: detail, fields: errors } })
  }
}

/** readJson turns numbers into text; an id is given back as it came. */
function originalId(line: string): unknown {
  const { data } = z.looseObject({ id: z.unknown().optional() }).safeParse(JSON.parse(line))
  return data?.id ?? null
}
