import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { subscriptionAddons } from '#db/schema/customers.ts'
import { formatDecimal } from '#src/kernel/decimal.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { isBefore, later, type Instant } from '#src/kernel/time.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { effectiveAt, refuseInvoiced } from './effective-at.ts'
import { lockSubscription, type SubscriptionAddon } from './load-subscription.ts'
import { insideLife } from './rules.ts'
import { AddonChange, AddonEnd } from './shapes.ts'

interface Booked {
  readonly subscriptionId: string
  readonly bookingId: string
}

/**
 * Another quantity of a booked add-on (more or fewer seats) from an instant on, default now: the booking ends there and
 * another goes on with the new quantity, so each is billed for its days. The same again is the same answer.
 * @throws not_found; invalid_input outside the booking or the subscription, or in what is invoiced already.
 */
export async function changeAddon(
  ctx: Ctx,
  input: z.input<typeof AddonChange> & Booked,
): Promise<SubscriptionAddon> {
  const { subscriptionId, bookingId, ...fields } = input
  const wanted = parseInput(AddonChange, fields)
  const subscription = await lockSubscription(ctx, subscriptionId)
  const booking = await loadBooking(ctx, { subscriptionId, bookingId })
  const { at, field } = await effectiveAt(ctx, subscription, wanted)
  const changed = await successorOf(ctx, booking, at, wanted.quantity)
  if (changed) return changed
  insideLife(subscription, at, field)
  if (isBefore(at, booking.from)) throw invalidField(field, 'is before the booking begins')
  if (booking.to && !isBefore(at, booking.to))
    throw invalidField(field, 'is after the booking ends')
  if (booking.quantity === wanted.quantity) return booking
  await refuseInvoiced(ctx, subscriptionId, at, field)
  await endAt(ctx, booking, at)
  const [row] = await ctx.db
    .insert(subscriptionAddons)
    .values({
      orgId: ctx.orgId,
      id: ctx.newId('sad'),
      subscriptionId,
      addonId: booking.addonId,
      quantity: wanted.quantity,
      from: at,
      to: booking.to,
      createdAt: ctx.now,
    })
    .returning()
  if (!row) throw new AppError('internal', `the booking after ${bookingId} is gone`)
  await recordAudit(ctx, {
    action: 'subscription.addon_changed',
    subject: { type: 'subscription', id: subscriptionId },
    reason: `${row.addonId}: ${formatDecimal(booking.quantity)} to ${formatDecimal(row.quantity)} from ${at.toString()}`,
    data: { bookingId: row.id, after: bookingId },
  })
  return row
}

/**
 * Ends a booked add-on at an instant, default now; one that has not begun by then is never billed. Ending it again is
 * the same answer.
 * @throws not_found; invalid_input in what is invoiced already.
 */
export async function removeAddon(
  ctx: Ctx,
  input: z.input<typeof AddonEnd> & Booked,
): Promise<SubscriptionAddon> {
  const { subscriptionId, bookingId, ...fields } = input
  const wanted = parseInput(AddonEnd, fields)
  const subscription = await lockSubscription(ctx, subscriptionId)
  const booking = await loadBooking(ctx, { subscriptionId, bookingId })
  const effect = await effectiveAt(ctx, subscription, wanted)
  const at = later(effect.at, booking.from)
  if (booking.to && !isBefore(at, booking.to)) return booking
  await refuseInvoiced(ctx, subscriptionId, at, effect.field)
  const row = await endAt(ctx, booking, at)
  await recordAudit(ctx, {
    action: 'subscription.addon_removed',
    subject: { type: 'subscription', id: subscriptionId },
    reason: `${formatDecimal(row.quantity)} × ${row.addonId} until ${at.toString()}`,
    data: { bookingId },
  })
  return row
}

async function loadBooking(
  ctx: Ctx,
  { subscriptionId, bookingId }: Booked,
): Promise<SubscriptionAddon> {
  const [row] = await ctx.db
    .select()
    .from(subscriptionAddons)
    .where(
      and(
        eq(subscriptionAddons.orgId, ctx.orgId),
        eq(subscriptionAddons.id, bookingId),
        eq(subscriptionAddons.subscriptionId, subscriptionId),
      ),
    )
  if (!row) throw new AppError('not_found', `no booking ${bookingId} of ${subscriptionId}`)
  return row
}

/** What a change that was made already has put in the booking's place. */
async function successorOf(
  ctx: Ctx,
  booking: SubscriptionAddon,
  at: Instant,
  quantity: SubscriptionAddon['quantity'],
): Promise<SubscriptionAddon | undefined> {
  if (!booking.to?.equals(at)) return undefined
  const [row] = await ctx.db
    .select()
    .from(subscriptionAddons)
    .where(
      and(
        eq(subscriptionAddons.orgId, ctx.orgId),
        eq(subscriptionAddons.subscriptionId, booking.subscriptionId),
        eq(subscriptionAddons.addonId, booking.addonId),
        eq(subscriptionAddons.from, at),
        eq(subscriptionAddons.quantity, quantity),
      ),
    )
    .limit(1)
  return row
}

async function endAt(
  ctx: Ctx,
  booking: SubscriptionAddon,
  at: Instant,
): Promise<SubscriptionAddon> {
  const [row] = await ctx.db
    .update(subscriptionAddons)
    .set({ to: at })
    .where(and(eq(subscriptionAddons.orgId, ctx.orgId), eq(subscriptionAddons.id, booking.id)))
    .returning()
  if (!row) throw new AppError('internal', `booking ${booking.id} is gone`)
  return row
}
