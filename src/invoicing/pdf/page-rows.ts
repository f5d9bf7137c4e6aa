import { lineRows, type LineRow } from '../line-rows.ts'
import type { InvoiceView } from '../view.ts'
import type { PageData, PageRow } from './page-data.ts'
import { breakable } from './page-parts.ts'

/** Longer descriptions may go over a page break; all others stay in one piece. */
const LONG_TEXT = 1500
/** The sums never stand alone on a page. A group has as many rows at least, so its name is none of them. */
const ROWS_WITH_SUMS = 2

type Rows = Pick<PageData, 'rows' | 'rowsWithSums'>

/** The rows of an invoice's lines, the last ones with the sums. */
export function pageRows(view: InvoiceView): Rows {
  return placed(lineRows(view))
}

export function placed(rows: readonly LineRow[]): Rows {
  const last = rows.slice(-ROWS_WITH_SUMS)
  return {
    rows: rows.map((row): PageRow => ({
      ...row,
      title: breakable(row.title),
      ...(row.kind === 'group' ? {} : { note: breakable(row.note) }),
      long: isLong(row),
    })),
    rowsWithSums: last.some(isLong) ? 0 : last.length,
  }
}

function isLong(row: LineRow): boolean {
  return row.title.length + (row.kind === 'group' ? 0 : row.note.length) > LONG_TEXT
}
