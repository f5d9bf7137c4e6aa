import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { sha256 } from '#src/kernel/canonical.ts'
import { parseCurrency, type Currency } from '#src/kernel/currency.ts'
import { AppError, type FieldProblem } from '#src/kernel/errors.ts'
import {
  decimalMarkOf,
  parseAmount,
  parseBookingDate,
  type DecimalMark,
} from './statement-amounts.ts'

/** Which column holds what, by its heading; what is left out is recognised by its usual names. */
export const StatementMapping = z.object({
  date: z.string().optional(),
  amount: z.string().optional(),
  currency: z.string().optional(),
  payer: z.string().optional(),
  reference: z.string().optional(),
})
export type StatementMapping = z.infer<typeof StatementMapping>

/** One movement on the bank account; `id` is the same whenever the same file is read. */
export interface StatementLine {
  readonly id: string
  readonly lineNumber: number
  readonly bookedOn: string
  readonly currency: Currency
  /** Positive: money in. */
  readonly amountMinor: bigint
  readonly payer: string
  readonly reference: string
}

type Column = keyof StatementMapping

const USUAL_NAMES: Readonly<Record<Column, readonly string[]>> = {
  date: [
    'date',
    'booking date',
    'booked on',
    'buchungstag',
    'buchungsdatum',
    'datum',
    'valuta',
    'value date',
  ],
  amount: ['amount', 'betrag', 'umsatz', 'betrag (eur)', 'amount (eur)'],
  currency: ['currency', 'währung', 'waehrung'],
  payer: [
    'payer',
    'name',
    'payer name',
    'counterparty',
    'auftraggeber',
    'zahlungspflichtiger',
    'name zahlungsbeteiligter',
    'beguenstigter/zahlungspflichtiger',
    'begünstigter/zahlungspflichtiger',
    'auftraggeber/empfänger',
    'debtor',
  ],
  reference: [
    'reference',
    'verwendungszweck',
    'purpose',
    'description',
    'remittance information',
    'payment reference',
    'text',
  ],
}

const MAX_LINES = 100_000

interface Row {
  readonly lineNumber: number
  readonly cells: readonly string[]
}

function delimiterOf(csv: string): string {
  const header = csv.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? ''
  const count = (mark: string) => header.split(mark).length
  return [';', '\t', ','].reduce((best, mark) => (count(mark) > count(best) ? mark : best), ';')
}

const Record = z.object({ info: z.object({ lines: z.number() }), record: z.array(z.string()) })

function readRows(csv: string, delimiter: string): Row[] {
  try {
    const parsed: unknown = parse(csv, {
      bom: true,
      delimiter,
      info: true,
      skip_empty_lines: true,
      relax_quotes: true,
      trim: true,
    })
    return z
      .array(Record)
      .parse(parsed)
      .map(({ info, record }) => ({ lineNumber: info.lines, cells: record }))
  } catch (error) {
    throw new AppError('invalid_input', error instanceof Error ? error.message : 'not a CSV file')
  }
}

/** Position of each column. @throws invalid_input naming a column that is missing. */
function findColumns(header: Row, mapping: StatementMapping): Readonly<Record<Column, number>> {
  const headings = header.cells.map((cell) => cell.trim().toLowerCase())
  const position = (column: Column): number => {
    const wanted = mapping[column]
    const names = wanted === undefined ? USUAL_NAMES[column] : [wanted.trim().toLowerCase()]
    return headings.findIndex((heading) => names.includes(heading))
  }
  const found = {
    date: position('date'),
    amount: position('amount'),
    currency: position('currency'),
    payer: position('payer'),
    reference: position('reference'),
  }
  const missing = (['date', 'amount', 'payer', 'reference'] as const).filter(
    (column) => found[column] < 0,
  )
  if (missing.length > 0 || (mapping.currency !== undefined && found.currency < 0))
    throw new AppError(
      'invalid_input',
      `line 1: no column for ${missing.join(', ') || 'currency'} among ${header.cells.join(', ')}`,
      { fields: missing.map((path) => ({ path: `line 1, ${path}`, message: 'no such column' })) },
    )
  return found
}

/**
 * Reads a bank statement: comma, semicolon or tab, with or without byte order mark, German or ISO dates and amounts.
 * @throws invalid_input naming line and column of every bad cell (at most 20); nothing is returned then.
 */
export function parseStatement(
  csv: string,
  options: { mapping?: StatementMapping | undefined; currency: Currency },
): StatementLine[] {
  const delimiter = delimiterOf(csv)
  const [header, ...rows] = readRows(csv, delimiter)
  if (!header) throw new AppError('invalid_input', 'line 1: the statement is empty')
  if (rows.length > MAX_LINES)
    throw new AppError('payload_too_large', `a statement may have ${MAX_LINES} lines`)
  const columns = findColumns(header, options.mapping ?? {})
  const cell = (row: Row, column: Column) => row.cells[columns[column]] ?? ''
  const mark = decimalMarkOf(
    rows.map((row) => cell(row, 'amount')),
    delimiter,
  )
  if (mark === null)
    throw new AppError('invalid_input', 'the amounts use both comma and point as decimal mark')
  const problems: FieldProblem[] = []
  const seen = new Map<string, number>()
  const lines = rows.flatMap((row) => {
    const line = readLine(row, { cell, mark, currency: options.currency, problems })
    return line === null ? [] : [{ ...line, id: lineId(line, seen) }]
  })
  if (problems.length > 0)
    throw new AppError(
      'invalid_input',
      problems
        .slice(0, 3)
        .map(({ path, message }) => `${path}: ${message}`)
        .join('; '),
      { fields: problems.slice(0, 20) },
    )
  return lines
}

function readLine(
  row: Row,
  reading: {
    cell: (row: Row, column: Column) => string
    mark: DecimalMark
    currency: Currency
    problems: FieldProblem[]
  },
): Omit<StatementLine, 'id'> | null {
  const { cell, problems } = reading
  const complain = (column: Column, message: string) =>
    problems.push({ path: `line ${row.lineNumber}, column ${column}`, message })
  const bookedOn = parseBookingDate(cell(row, 'date'))
  if (bookedOn === null) complain('date', `"${cell(row, 'date').slice(0, 40)}" is not a date`)
  const currency = currencyOf(cell(row, 'currency'), reading.currency)
  if (currency === null)
    complain('currency', `"${cell(row, 'currency').slice(0, 10)}" is not a currency`)
  const amountMinor =
    currency === null ? null : parseAmount(cell(row, 'amount'), reading.mark, currency)
  if (currency !== null && amountMinor === null)
    complain('amount', `"${cell(row, 'amount').slice(0, 40)}" is not an amount in ${currency}`)
  if (bookedOn === null || currency === null || amountMinor === null) return null
  return {
    lineNumber: row.lineNumber,
    bookedOn,
    currency,
    amountMinor,
    payer: cell(row, 'payer'),
    reference: cell(row, 'reference'),
  }
}

function currencyOf(text: string, fallback: Currency): Currency | null {
  if (text === '') return fallback
  try {
    return parseCurrency(text)
  } catch {
    return null
  }
}

/** From the content, and which of several equal lines of the file it is: a file imported twice is one file. */
function lineId(line: Omit<StatementLine, 'id'>, seen: Map<string, number>): string {
  const content = JSON.stringify([
    line.bookedOn,
    line.currency,
    line.amountMinor.toString(),
    line.payer,
    line.reference,
  ])
  const occurrence = seen.get(content) ?? 0
  seen.set(content, occurrence + 1)
  return `btx_${sha256(`${content}#${occurrence}`).slice(0, 32)}`
}
