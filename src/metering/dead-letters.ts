import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { usageDeadLetters } from '#db/schema/metering.ts'
import { AppError } from '#src/kernel/errors.ts'
import { canonicalJson, sha256 } from '#src/kernel/canonical.ts'
import { pageOf, startAfter, type PageQuery } from '#src/kernel/paging.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import type { RejectionCode } from './shapes.ts'

const MAX_BODY_CHARS = 65_536

/** An event that was not taken, as it arrived. */
export interface DeadLetter {
  readonly body: unknown
  readonly code: RejectionCode
  readonly reason: string
  readonly idempotencyKeyFallback?: string
}

/** Keeps what was refused; the same body again counts `times` up on the same row (M9). */
export async function keepDeadLetters(ctx: Ctx, letters: readonly DeadLetter[]): Promise<void> {
  const byHash = new Map<string, { letter: DeadLetter; body: string | null; times: number }>()
  for (const letter of letters) {
    const body = storableBody(letter)
    const hash = sha256(body ?? `${letter.code}:${letter.reason}`)
    const times = (byHash.get(hash)?.times ?? 0) + 1
    byHash.set(hash, { letter, body, times })
  }
  if (byHash.size === 0) return
  // In the order of the hashes: concurrent deliveries of the same letters do not deadlock.
  const rows = [...byHash]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([hash, { letter, body, times }]) => ({
      id: ctx.newId('dlq'),
      hash,
      code: letter.code,
      reason: letter.reason.toWellFormed().replaceAll('\0', '\ufffd'),
      body: body === null ? null : (JSON.parse(body) as unknown),
      times,
    }))
  const now = ctx.now.toString()
  await ctx.db.execute(
    sql`insert into usage_dead_letters (org_id, id, hash, code, reason, body, times, status, received_at)
        select ${ctx.orgId}, id, hash, code, reason, body, times, 'open', ${now}::timestamptz
        from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
          as r(id text, hash text, code text, reason text, body jsonb, times int)
        on conflict (org_id, hash) do update
          set times = usage_dead_letters.times + excluded.times, code = excluded.code, reason = excluded.reason`,
  )
}

/** The body with its fallback key, as JSON that PostgreSQL can hold; null when it is too large or too deep. */
function storableBody({ body, idempotencyKeyFallback }: DeadLetter): string | null {
  try {
    const own = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : undefined
    const keyed =
      own && idempotencyKeyFallback !== undefined && !('idempotency_key' in own)
        ? { ...own, idempotency_key: idempotencyKeyFallback }
        : (body ?? null)
    const text = canonicalJson(keyed)
    if (text.length > MAX_BODY_CHARS) return null
    // jsonb holds neither NUL nor half a surrogate pair; an escaped backslash before "u" is text and stays.
    return text.replace(/\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/gi, (escape) =>
      /^\\u(?:0000|d[89a-f])/i.test(escape) ? '\ufffd' : escape,
    )
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** A page of dead letters, oldest first. */
export async function listDeadLetters(
  ctx: Ctx,
  query: PageQuery & {
    readonly status: 'open' | 'redriven' | 'dismissed'
    readonly code?: RejectionCode | undefined
  },
) {
  const after = startAfter(query)
  const rows = await ctx.db
    .select()
    .from(usageDeadLetters)
    .where(
      and(
        eq(usageDeadLetters.orgId, ctx.orgId),
        eq(usageDeadLetters.status, query.status),
        ...(query.code === undefined ? [] : [eq(usageDeadLetters.code, query.code)]),
        ...(after === null ? [] : [gt(usageDeadLetters.id, after)]),
      ),
    )
    .orderBy(asc(usageDeadLetters.id))
    .limit(query.limit + 1)
  return pageOf(rows, query.limit, ({ id }) => id, letterView)
}

/**
 * Puts an open dead letter away, with the reason in the audit trail; the row stays. Twice changes nothing.
 * @throws not_found; conflict for one that has been sent in again.
 */
export async function dismissDeadLetter(
  ctx: Ctx,
  input: { readonly id: string; readonly reason: string },
) {
  const own = and(eq(usageDeadLetters.orgId, ctx.orgId), eq(usageDeadLetters.id, input.id))
  const [moved] = await ctx.db
    .update(usageDeadLetters)
    .set({ status: 'dismissed' })
    .where(and(own, eq(usageDeadLetters.status, 'open')))
    .returning()
  if (moved) {
    await recordAudit(ctx, {
      action: 'usage.dead_letter_dismissed',
      subject: { type: 'dead_letter', id: input.id },
      reason: input.reason,
      data: { code: moved.code },
    })
    return letterView(moved)
  }
  const [letter] = await ctx.db.select().from(usageDeadLetters).where(own)
  if (!letter) throw new AppError('not_found', `no dead letter ${input.id}`)
  if (letter.status === 'redriven')
    throw new AppError('conflict', 'the letter was sent in again, and its event taken')
  return letterView(letter)
}

function letterView({
  id,
  code,
  reason,
  body,
  times,
  status,
  receivedAt,
}: typeof usageDeadLetters.$inferSelect) {
  return { id, code, reason, body, times, status, receivedAt: receivedAt.toString() }
}
