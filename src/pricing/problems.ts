import type { z } from 'zod'
import { AppError, type FieldProblem } from '#src/kernel/errors.ts'
import { formatPath } from './source.ts'

/** Everything a schema found, one problem per field; an unknown key is a problem of its own path. */
export function problemsOf(error: z.ZodError): FieldProblem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: formatPath([...issue.path, key]),
        message: 'unknown key',
      }))
    return [{ path: formatPath(issue.path), message: messageOf(issue) }]
  })
}

function messageOf(issue: z.core.$ZodIssue): string {
  const ownWords = !issue.message.startsWith('Invalid ')
  if (ownWords) return issue.message
  if (issue.input === undefined) return 'is required'
  if (issue.code === 'invalid_type')
    return `must be ${TYPE_NAMES[issue.expected] ?? issue.expected}`
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`
  return issue.message
}

const TYPE_NAMES: Record<string, string> = {
  string: 'text',
  object: 'a map',
  record: 'a map',
  array: 'a list',
  boolean: 'true or false',
}

/**
 * One invalid_input that names every problem, each with path, line where known, and reason.
 * `what` is the file's name or what the text is.
 */
export function invalidSource(
  what: string,
  problems: readonly FieldProblem[],
  lineOf: (path: string) => number | undefined = () => undefined,
): AppError {
  const fields = problems
    .map((problem) => ({ ...problem, line: lineOf(problem.path) }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .map(({ path, message, line }) => ({
      path,
      message: line === undefined ? message : `${message} (line ${line})`,
    }))
  const count = fields.length === 1 ? '1 problem' : `${fields.length} problems`
  const list = fields.map(({ path, message }) => `  ${path || '(document)'}: ${message}`)
  return new AppError('invalid_input', `${what}: ${count}\n${list.join('\n')}`, { fields })
}
