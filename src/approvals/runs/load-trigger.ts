import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import { messages, threads } from '#db/schema/inbox.ts'
import { usageAnomalies } from '#db/schema/metering.ts'
import { providerEvents } from '#db/schema/payments.ts'
import { formatDecimal } from '#src/kernel/decimal.ts'
import { AppError, unreachable } from '#src/kernel/errors.ts'
import { maskSecrets } from '../secrets.ts'
import type { TriggerRef } from './start-run.ts'

/** Longer bodies are handed to a person (ROUTING_POLICY §1): nothing beyond this is kept. */
const LONGEST_TEXT = 200_001

/** A trigger read from its row; `trigger` has the shape GraphState knows. */
export interface LoadedTrigger {
  readonly trigger: { readonly type: TriggerRef['type']; readonly payload: Record<string, unknown> }
  readonly customerId: string | null
  readonly trust: 'verified' | 'unverified' | 'automatic' | null
  readonly automatedRepliesInThread: number
}

/** @throws not_found when the row named is gone. */
export async function loadTrigger(ctx: Ctx, ref: TriggerRef): Promise<LoadedTrigger> {
  switch (ref.type) {
    case 'customer_query':
      return loadMail(ctx, ref.ref)
    case 'stripe_event':
      return loadProviderEvent(ctx, ref.ref)
    case 'usage_anomaly':
      return loadAnomaly(ctx, ref.ref)
    default:
      return unreachable(ref.type)
  }
}

async function loadMail(ctx: Ctx, id: string): Promise<LoadedTrigger> {
  const [row] = await ctx.db
    .select({ mail: messages, automatedReplies: threads.automatedReplies })
    .from(messages)
    .leftJoin(threads, and(eq(threads.orgId, messages.orgId), eq(threads.id, messages.threadId)))
    .where(and(eq(messages.orgId, ctx.orgId), eq(messages.id, id), eq(messages.direction, 'in')))
  if (!row) throw new AppError('not_found', `no received mail ${id}`)
  const { mail } = row
  const trust = mail.trust ?? 'unverified'
  const attachments = mail.attachments.map(({ name }) => maskSecrets(name))
  // What is sealed or broken is read by a person: its subject alone is no question.
  const unreadable = mail.headers['unreadable'] !== undefined
  return {
    trigger: {
      type: 'customer_query',
      payload: {
        messageId: mail.id,
        from: mail.from,
        subject: unreadable ? '' : maskSecrets(mail.subject),
        text: unreadable ? '' : maskSecrets(mail.text.slice(0, LONGEST_TEXT)),
        receivedAt: mail.createdAt.toString(),
        ...(attachments.length > 0 ? { attachments } : {}),
      },
    },
    // A stranger's mail is nobody's: nothing of an account may reach it.
    customerId: trust === 'verified' ? mail.customerId : null,
    trust,
    automatedRepliesInThread: row.automatedReplies ?? 0,
  }
}

/** What a run needs of an event. The rest of it holds client secrets and a payer's address, and stays in its row. */
function eventNote(row: typeof providerEvents.$inferSelect): Record<string, unknown> {
  const named = ObjectOfEvent.safeParse(row.payload).data?.data.object
  return { id: row.id, type: row.type, ...(named ? { data: { object: named } } : {}) }
}

const ObjectOfEvent = z.object({
  data: z.object({
    object: z.object({
      id: z.string().optional(),
      object: z.string().optional(),
      customer: z.string().nullish(),
    }),
  }),
})

const CustomerOfEvent = z.object({
  data: z.object({ object: z.object({ customer: z.string().nullish() }) }),
})

async function loadProviderEvent(ctx: Ctx, id: string): Promise<LoadedTrigger> {
  const [row] = await ctx.db
    .select()
    .from(providerEvents)
    .where(and(eq(providerEvents.orgId, ctx.orgId), eq(providerEvents.id, id)))
  if (!row) throw new AppError('not_found', `no provider event ${id}`)
  return {
    trigger: { type: 'stripe_event', payload: eventNote(row) },
    customerId: row.customerId ?? (await customerOfEvent(ctx, row.payload)),
    trust: null,
    automatedRepliesInThread: 0,
  }
}

async function customerOfEvent(ctx: Ctx, payload: unknown): Promise<string | null> {
  const named = CustomerOfEvent.safeParse(payload).data?.data.object.customer
  if (!named) return null
  const [row] = await ctx.db
    .select({ id: customers.id })
    .from(customers)
    .where(and(eq(customers.orgId, ctx.orgId), eq(customers.providerCustomerId, named)))
  return row?.id ?? null
}

async function loadAnomaly(ctx: Ctx, id: string): Promise<LoadedTrigger> {
  const [row] = await ctx.db
    .select()
    .from(usageAnomalies)
    .where(and(eq(usageAnomalies.orgId, ctx.orgId), eq(usageAnomalies.id, id)))
  if (!row) throw new AppError('not_found', `no usage anomaly ${id}`)
  return {
    trigger: {
      type: 'usage_anomaly',
      payload: {
        metric: row.metric,
        from: row.from.toString(),
        to: row.to.toString(),
        observed: formatDecimal(row.observed),
        expected: formatDecimal(row.expected),
        score: row.score,
      },
    },
    customerId: row.customerId,
    trust: null,
    automatedRepliesInThread: 0,
  }
}
