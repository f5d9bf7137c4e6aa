import type { Scope } from '#db/context.ts'
import { listDeadLetters } from './dead-letters.ts'
import { redriveDeadLetter } from './redrive-dead-letter.ts'
import type { RejectionCode } from './shapes.ts'

const LETTERS_PER_CALL = 200

/**
 * Sends open dead letters in again as they are, oldest first, 200 a call; each counts once. `nextAfter` is where the
 * next call begins: letters that are refused again stay open.
 */
export async function redriveDeadLetters(
  scope: Scope,
  input: { readonly code?: RejectionCode | undefined; readonly after?: string | undefined },
): Promise<{ redriven: number; stillRefused: number; nextAfter: string | null }> {
  const { data, nextCursor } = await scope.transact((ctx) =>
    listDeadLetters(ctx, {
      status: 'open',
      limit: LETTERS_PER_CALL,
      code: input.code,
      cursor: input.after,
    }),
  )
  let redriven = 0
  for (const { id } of data) {
    const { status } = await redriveDeadLetter(scope, { id })
    if (status !== 'rejected') redriven += 1
  }
  return { redriven, stillRefused: data.length - redriven, nextAfter: nextCursor }
}
