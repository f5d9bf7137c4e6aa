import { parse } from 'csv-parse/sync'
import type { Scope } from '#db/context.ts'
import { AppError } from '#src/kernel/errors.ts'
import { namesItself } from './event-forms.ts'
import { parseExactJson } from './exact-json.ts'
import { MAX_EVENTS_PER_CALL, recordUsage } from './record-usage.ts'

/** What became of a file. `problems` names the first 100 lines that were not taken. */
export interface IngestedFile {
  readonly lines: number
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
  readonly problems: readonly {
    readonly line: number
    readonly code: string
    readonly reason: string
  }[]
}

export interface Row {
  readonly line: number
  readonly body: unknown
}

const SHOWN_PROBLEMS = 100

/**
 * Records a file of events line by line, 1,000 at a time: JSON objects, or CSV whose header names the fields
 * (`properties.region` makes a property). Safe to run again after it was cut off: what is in counts once.
 * A later line that cannot be read is a dead letter like any malformed event.
 * @throws invalid_input naming the line when the first one shows that this is not such a file: nothing is written then.
 */
export async function ingestLines(
  scope: Scope,
  lines: AsyncIterable<string> | Iterable<string>,
  format: 'jsonl' | 'csv',
  options: {
    windowDays?: number
    /** Lines to pass over, a CSV's header among them: where an earlier run had got to. */
    skip?: number
    /** Called when what stands up to a line is durable. */
    onProgress?: (line: number) => void
  } = {},
): Promise<IngestedFile> {
  const total = { lines: 0, accepted: 0, duplicate: 0, rejected: 0 }
  const problems: { line: number; code: string; reason: string }[] = []
  const record = async (rows: readonly Row[]) => {
    const answer = await recordUsage(scope, {
      events: rows.map(({ body }) => body),
      ...(options.windowDays === undefined ? {} : { windowDays: options.windowDays }),
    })
    total.lines += rows.length
    total.accepted += answer.accepted
    total.duplicate += answer.duplicate
    total.rejected += answer.rejected
    answer.results.forEach(({ code, reason }, index) => {
      if (code === undefined || problems.length >= SHOWN_PROBLEMS) return
      problems.push({ line: rows[index]?.line ?? 0, code, reason: reason ?? code })
    })
    options.onProgress?.(rows.at(-1)?.line ?? 0)
  }
  let batch: Row[] = []
  const skip = options.skip ?? 0
  for await (const row of format === 'csv' ? csvRows(lines) : jsonRows(lines)) {
    if (row.line <= skip) continue
    batch.push(row)
    if (batch.length < MAX_EVENTS_PER_CALL) continue
    await record(batch)
    batch = []
  }
  if (batch.length > 0) await record(batch)
  return { ...total, problems }
}

async function* numbered(lines: AsyncIterable<string> | Iterable<string>) {
  let line = 0
  for await (const raw of lines) {
    line += 1
    const text = line === 1 ? raw.replace(/^\ufeff/, '') : raw
    if (text.trim() !== '') yield { line, text }
  }
}

/** The objects of a file, one a line, with their lines. */
export async function* jsonRows(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<Row> {
  let first = true
  for await (const { line, text } of numbered(lines)) {
    const body = jsonOrText(text)
    if (first && (typeof body !== 'object' || body === null || Array.isArray(body)))
      throw notAFile(line, 'is not a JSON object: the file must hold one event per line')
    first = false
    yield { line, body }
  }
}

/** A line that is not JSON is taken as the text it is: it becomes a malformed event, and shows in its dead letter. */
function jsonOrText(text: string): unknown {
  try {
    return parseExactJson(text)
  } catch (error) {
    if (error instanceof AppError) return text
    throw error
  }
}

async function* csvRows(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Row> {
  let header: readonly string[] | undefined
  for await (const { line, text } of numbered(lines)) {
    const cells = csvCells(text)
    if (header) {
      yield { line, body: cells?.length === header.length ? csvEvent(header, cells) : text }
      continue
    }
    const named = Object.fromEntries((cells ?? []).map((name) => [name, name]))
    if (!namesItself(named))
      throw notAFile(line, 'is no header: it must name idempotency_key or event_id, customer_id, …')
    header = cells ?? []
  }
}

function csvCells(text: string): string[] | null {
  try {
    return parse(text, { trim: true })[0] ?? []
  } catch {
    return null
  }
}

function csvEvent(header: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const properties: Record<string, string> = {}
  const event: Record<string, unknown> = {}
  header.forEach((name, index) => {
    const cell = cells[index] ?? ''
    if (cell === '') return
    if (name.startsWith('properties.')) properties[name.slice('properties.'.length)] = cell
    else event[name] = cell
  })
  return Object.keys(properties).length > 0 ? { ...event, properties } : event
}

function notAFile(line: number, message: string): AppError {
  return new AppError('invalid_input', `line ${line} ${message}`, {
    fields: [{ path: `line ${line}`, message }],
  })
}
