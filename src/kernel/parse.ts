import type { z } from 'zod'
import { AppError } from './errors.ts'

/** Parses what came from outside. @throws invalid_input naming each field that is wrong. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw invalidInput(parsed.error)
}

/** `invalid_input` with a field problem per complaint of the schema. */
export function invalidInput(error: z.ZodError): AppError {
  const fields = error.issues.map((issue) => ({
    path: issue.path.map(String).join('.') || '(body)',
    message: messageOf(issue),
  }))
  const detail = fields.map(({ path, message }) => `${path}: ${message}`).join('; ')
  return new AppError('invalid_input', detail.slice(0, 2000), { fields })
}

/** A field left out is called missing; "received undefined" is how a program would say it. */
function messageOf({ code, message }: z.core.$ZodIssue): string {
  const isMissing = code === 'invalid_type' && message.endsWith('received undefined')
  return isMissing ? 'is missing' : message
}
