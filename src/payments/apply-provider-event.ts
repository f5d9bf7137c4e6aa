import { and, eq, isNull } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { providerEvents } from '#db/schema/payments.ts'
import type { PaymentProvider, ProviderFor } from '#src/gateways/payments/provider.ts'
import { AppError } from '#src/kernel/errors.ts'
import { EVENT_HANDLERS, type Applied, type EventFacts } from './event-handlers.ts'
import {
  intentOf,
  metadataOf,
  objectOf,
  providerCustomerOf,
  type EventObject,
} from './event-object.ts'

/**
 * Applies a stored webhook: reads its object again (events arrive late, twice and out of order, so what they carry
 * may be old), then changes our rows in one transaction with the event's own. Twice changes nothing.
 * @returns what became of it; 'ignored' for a type we do not know.
 * @throws not_found for an unknown event, unavailable while the provider cannot be read.
 */
export async function applyProviderEvent(
  scope: Scope,
  deps: { providerFor: ProviderFor },
  eventId: string,
): Promise<string> {
  const event = await scope.transact((ctx) => loadEvent(ctx, eventId))
  if (!event) throw new AppError('not_found', `no provider event ${eventId}`)
  if (event.appliedAt !== null) return event.outcome ?? 'applied'
  const handler = EVENT_HANDLERS.get(event.type)
  const received = objectOf(event.payload)
  if (!handler || !received)
    return scope.transact((ctx) =>
      finish(ctx, eventId, { outcome: 'ignored', customerId: null, supervise: false }),
    )
  const facts = await readFacts(deps.providerFor(scope), event, received)
  requireOurs(scope, facts)
  return scope.transact(async (ctx) => {
    const mine = and(eq(providerEvents.orgId, ctx.orgId), eq(providerEvents.id, eventId))
    const [open] = await ctx.db
      .select({ id: providerEvents.id })
      .from(providerEvents)
      .where(and(mine, isNull(providerEvents.appliedAt)))
      .for('update')
    return open ? finish(ctx, eventId, await handler(ctx, facts)) : 'applied'
  })
}

async function loadEvent(ctx: Ctx, eventId: string) {
  const [row] = await ctx.db
    .select()
    .from(providerEvents)
    .where(and(eq(providerEvents.orgId, ctx.orgId), eq(providerEvents.id, eventId)))
  return row
}

async function finish(
  ctx: Ctx,
  eventId: string,
  applied: Omit<Applied, 'outcome'> & { outcome: string },
): Promise<string> {
  await ctx.db
    .update(providerEvents)
    .set({ outcome: applied.outcome, customerId: applied.customerId, appliedAt: ctx.now })
    .where(and(eq(providerEvents.orgId, ctx.orgId), eq(providerEvents.id, eventId)))
  if (applied.supervise)
    await enqueue(ctx, {
      job: 'RUN_SUPERVISOR',
      key: `stripe_event:${eventId}`,
      payload: { type: 'stripe_event', ref: eventId },
    })
  return applied.outcome
}

/** An object that names another organisation was filed wrongly: a person must see it, never a silent "not ours". */
function requireOurs(scope: Scope, facts: EventFacts): void {
  for (const object of [facts.object, facts.intent]) {
    const named = object && metadataOf(object, 'org_id')
    if (named !== null && named !== scope.orgId)
      throw new AppError('conflict', `${object?.id} belongs to organisation ${named}`)
  }
}

async function readAgain(
  provider: PaymentProvider,
  kind: string,
  id: string,
): Promise<EventObject | null> {
  const json = await provider.readObject(kind, id)
  return json ? { kind, id, json } : null
}

/** The object as it is now; one that is gone is taken as the event carried it. */
async function readFacts(
  provider: PaymentProvider,
  event: { type: string; provider: string },
  received: EventObject,
): Promise<EventFacts> {
  const object = (await readAgain(provider, received.kind, received.id)) ?? received
  const intentId = object.kind === 'payment_intent' ? null : intentOf(object)
  const customerId = object.kind === 'payment_method' ? providerCustomerOf(object) : null
  return {
    type: event.type,
    provider: event.provider,
    object,
    intent: intentId === null ? null : await readAgain(provider, 'payment_intent', intentId),
    customer: customerId === null ? null : await readAgain(provider, 'customer', customerId),
  }
}
