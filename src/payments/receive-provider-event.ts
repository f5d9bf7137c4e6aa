import { sql } from 'drizzle-orm'
import { rowsOf, scopeAt, type Ctx, type System } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { instantFromSql } from '#db/schema/columns.ts'
import { providerEvents } from '#db/schema/payments.ts'
import type { ProviderEvent, WebhookVerifier } from '#src/gateways/payments/provider.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Instant } from '#src/kernel/time.ts'
import { intentOf, metadataOf, objectOf, providerCustomerOf } from './event-object.ts'

/**
 * Takes in a webhook: checks the signature over the raw body, then stores the event and the job that applies it in
 * one transaction. An event that was received before changes nothing.
 * @throws invalid_input on a bad signature or a timestamp off by more than 300 s.
 */
export async function receiveProviderEvent(
  system: System,
  verifier: WebhookVerifier,
  rawBody: string,
  signature: string,
): Promise<{ duplicate: boolean }> {
  const event = verifier.verifyWebhook(rawBody, signature)
  const org = await organizationOf(system, event)
  const scope = scopeAt(system, org.id, { kind: 'provider', id: verifier.name }, org.now)
  return scope.transact((ctx) => store(ctx, verifier.name, event))
}

async function store(
  ctx: Ctx,
  provider: string,
  event: ProviderEvent,
): Promise<{ duplicate: boolean }> {
  const stored = await ctx.db
    .insert(providerEvents)
    .values({
      orgId: ctx.orgId,
      id: event.id,
      provider,
      type: event.type,
      payload: { ...event.payload },
      receivedAt: ctx.now,
    })
    .onConflictDoNothing()
    .returning({ id: providerEvents.id })
  if (stored.length === 0) return { duplicate: true }
  await enqueue(ctx, {
    job: 'APPLY_PROVIDER_EVENT',
    key: event.id,
    payload: { eventId: event.id },
  })
  return { duplicate: false }
}

/**
 * The organisation an event is for: named by us in the metadata, else whose customer, payment or card it is about
 * (a dispute names only its payment, a detached card only itself), else the oldest one.
 */
async function organizationOf(
  system: System,
  event: ProviderEvent,
): Promise<{ id: string; now: Instant }> {
  const object = objectOf(event.payload)
  const named = object && metadataOf(object, 'org_id')
  const customer = object && providerCustomerOf(object)
  const intent = object && intentOf(object)
  const [row] = await rowsOf<{ id: string; clock_at: string | null }>(
    system.db,
    sql`select id, clock_at from organizations where id = coalesce(
      (select id from organizations where id = ${named}::text),
      (select org_id from customers where provider_customer_id = ${customer}::text order by created_at, org_id limit 1),
      (select org_id from payments where provider_ref = ${intent}::text limit 1),
      (select org_id from payment_methods where id = ${object?.id ?? null}::text limit 1),
      (select id from organizations order by created_at, id limit 1))`,
  )
  if (!row) throw new AppError('not_found', 'there is no organisation yet')
  return {
    id: row.id,
    now: row.clock_at === null ? system.clock.now() : instantFromSql(row.clock_at),
  }
}
