import { isBefore, Temporal, type Instant } from '#src/kernel/time.ts'

export type Audience = 'b2b' | 'consumer' | 'unknown'

interface MailLimits {
  /** Quiet from this local hour on, and before `opensAtHour`; weekends are quiet altogether. */
  readonly closesAtHour: number
  readonly opensAtHour: number
  readonly hoursBetween: number
  readonly mostPerCycle: number
  readonly cycleHours: number
}

const STRICT: MailLimits = {
  closesAtHour: 20,
  opensAtHour: 8,
  hoursBetween: 72,
  mostPerCycle: 4,
  // The length of the schedule: rolling, so that two invoices with different clocks share one allowance.
  cycleHours: 28 * 24,
}

// DUNNING_POLICY §4 draws no line between audiences yet; unknown is treated as consumer.
const LIMITS: Readonly<Record<Audience, MailLimits>> = {
  b2b: STRICT,
  consumer: STRICT,
  unknown: STRICT,
}

const FRIDAY = 5

/** The first instant from `at` on outside quiet hours and weekends of the zone. */
function opensAt(at: Instant, timeZone: string, limits: MailLimits): Instant {
  const local = at.toZonedDateTimeISO(timeZone)
  const open =
    local.dayOfWeek <= FRIDAY &&
    local.hour >= limits.opensAtHour &&
    local.hour < limits.closesAtHour
  if (open) return at
  const today = local.toPlainDate()
  let date = local.hour < limits.opensAtHour ? today : today.add({ days: 1 })
  while (date.dayOfWeek > FRIDAY) date = date.add({ days: 1 })
  // From the calendar, not by adding hours: 08:00 stays 08:00 when the clocks change.
  const plainTime = Temporal.PlainTime.from({ hour: limits.opensAtHour })
  return date.toZonedDateTime({ timeZone, plainTime }).toInstant()
}

/**
 * When the next dunning mail may be sent to a customer (DUNNING_POLICY §4), or null when the cycle's mails are used up.
 * `earlierMails` are all dunning mails of the customer over all invoices, sent or planned, that were not withdrawn.
 */
export function nextMailSlot(
  now: Instant,
  timeZone: string,
  audience: Audience,
  earlierMails: readonly Instant[],
): Instant | null {
  const limits = LIMITS[audience]
  const mails = [...earlierMails].sort((a, b) => Temporal.Instant.compare(a, b))
  let slot = opensAt(now, timeZone, limits)
  for (const mail of mails) {
    const free = mail.add({ hours: limits.hoursBetween })
    const tooClose =
      isBefore(slot, free) && isBefore(mail, slot.add({ hours: limits.hoursBetween }))
    if (tooClose) slot = opensAt(free, timeZone, limits)
  }
  return fitsCycle(slot, mails, limits) ? slot : null
}

/** Whether every window of a cycle's length that holds the slot stays within the allowance. */
function fitsCycle(slot: Instant, mails: readonly Instant[], limits: MailLimits): boolean {
  const all = [...mails, slot].sort((a, b) => Temporal.Instant.compare(a, b))
  return all.every((first, index) => {
    const surplus = all[index + limits.mostPerCycle]
    return surplus === undefined || !isBefore(surplus, first.add({ hours: limits.cycleHours }))
  })
}
