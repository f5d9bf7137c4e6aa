import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { AppError, type ErrorCode } from '#src/kernel/errors.ts'

/** The caller used the command wrongly or handed in a file that is no good: exit 2, nothing written. */
const WRONG_USAGE: ReadonlySet<ErrorCode> = new Set(['invalid_input', 'payload_too_large'])

/** Exit code for an error: 2 for wrong usage and bad files, 1 for work that failed. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return error instanceof AppError && WRONG_USAGE.has(error.code) ? 2 : 1
}

/** What people see of an error: the message, then each field with its reason. */
export function describeError(error: unknown): string {
  if (!(error instanceof AppError))
    return `error: ${error instanceof Error ? error.message : String(error)}`
  const fields = error.fields
    .map(({ path, message }) => `${path}: ${message}`)
    .filter((line) => !error.message.includes(line))
  return [`error: ${error.message}`, ...fields.map((line) => `  ${line}`)].join('\n')
}

/**
 * The text of a file named on the command line.
 * @throws invalid_input with the path and the reason.
 */
export function readInput(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw unreadable(path, error)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'is a directory, not a file',
  EACCES: 'may not be read',
}

function unreadable(path: string, error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return new AppError('invalid_input', `${path}: ${REASONS[code] ?? String(error)}`)
}

/**
 * For a file that is read in pieces later, so that a wrong path is told before anything is written.
 * @throws invalid_input with the path and the reason.
 */
export function refuseUnreadable(path: string): void {
  try {
    accessSync(path, constants.R_OK)
  } catch (error) {
    throw unreadable(path, error)
  }
  if (statSync(path).isDirectory())
    throw new AppError('invalid_input', `${path}: ${REASONS['EISDIR']}`)
}

/** Puts the file's path in front of an error about its content. */
export async function inFile<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (
      error instanceof AppError &&
      error.code === 'invalid_input' &&
      !error.message.startsWith(`${path}: `)
    )
      throw new AppError('invalid_input', `${path}: ${error.message}`, {
        fields: error.fields,
        cause: error,
      })
    throw error
  }
}

/** One JSON document on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(
    `${JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item), 2)}\n`,
  )
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`)
}
