import { z } from 'zod'
import { invalidField } from './errors.ts'

/** `?limit=&cursor=` of every list; the cursor is opaque to the caller. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(400).optional(),
})
export type PageQuery = z.infer<typeof PageQuery>

export interface Page<Item> {
  readonly data: Item[]
  readonly nextCursor: string | null
}

/** The id after which the page begins, or null for the first. @throws invalid_input for a cursor that is not ours. */
export function startAfter(query: PageQuery): string | null {
  if (query.cursor === undefined) return null
  const id = Buffer.from(query.cursor, 'base64url').toString('utf8')
  if (Buffer.from(id).toString('base64url') !== query.cursor || id.includes('\u0000'))
    throw invalidField('cursor', 'is not a cursor of this list')
  return id
}

/** A page of rows fetched with `limit + 1`: the surplus row only tells that there is a next page. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  idOf: (row: Row) => string,
  itemOf: (row: Row) => Item,
): Page<Item> {
  const last = rows[limit - 1]
  const more = rows.length > limit && last !== undefined
  return {
    data: rows.slice(0, limit).map(itemOf),
    nextCursor: more ? Buffer.from(idOf(last)).toString('base64url') : null,
  }
}
