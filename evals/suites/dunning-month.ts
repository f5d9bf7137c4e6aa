import { classifyDecline } from '#src/collections/decline-classes.ts'
import { decideFailure } from '#src/collections/failure-rules.ts'
import {
  decideNext,
  wakeAt,
  type Action,
  type CaseFacts,
  type Circumstances,
} from '#src/collections/rules.ts'
import { dayStart, dunningPolicyOf } from '#src/collections/schedule.ts'
import { isBefore, Temporal, type Instant } from '#src/kernel/time.ts'
import type { z } from 'zod'
import type { DunningAction, ScheduleInputs } from './dunning-cases.ts'

export const TIME_ZONE = 'Europe/Berlin'
export const INVOICE_ID = 'inv_eval'
/** A Monday, so that the weekends of the month lie where they lie for most. */
const FAILED_AT = Temporal.Instant.from('2026-03-02T11:00:00Z')
const POLICY = dunningPolicyOf({ dunning: {} })
/** Far above what a case of 90 days can need: an endless loop is a finding, not a hang. */
const MOST_DECISIONS = 5_000

type Failing = Pick<z.infer<typeof ScheduleInputs>, 'decline' | 'network' | 'events'>

interface Deed {
  readonly day: number
  readonly action: DunningAction
}

export interface Month {
  readonly current: CaseFacts
  readonly at: Circumstances
  readonly deeds: readonly Deed[]
}

/** Lives through a case whose every charge fails, up to the end of a day or to noon of it. */
export function liveThrough(failing: Failing, until: { day: number; isNoon?: boolean }): Month {
  const end = until.isNoon
    ? dayStart(FAILED_AT, until.day, TIME_ZONE).add({ hours: 12 })
    : dayStart(FAILED_AT, until.day + 1, TIME_ZONE)
  let month = opened(failing)
  const events = failing.events.toSorted((a, b) => a.day - b.day)
  for (const event of events) {
    const at = dayStart(FAILED_AT, event.day, TIME_ZONE)
    if (!isBefore(at, end)) break
    month = suffered(livedTo(month, failing, at), event)
  }
  return livedTo(month, failing, end)
}

function opened(failing: Failing): Month {
  const at: Circumstances = {
    now: FAILED_AT,
    timeZone: TIME_ZONE,
    policy: POLICY,
    accountStatus: 'past_due',
    manualHold: false,
    paymentInFlight: false,
  }
  return failed({ current: null, at, deeds: [] }, failing)
}

/** A charge failed: what that makes of the case, and what it causes. */
function failed(month: Omit<Month, 'current'> & { current: CaseFacts | null }, failing: Failing) {
  const decline = {
    code: 'card_declined',
    declineCode: failing.decline,
    networkCode: failing.network ?? null,
  }
  const outcome = decideFailure(
    month.current,
    { declineClass: classifyDecline(decline), paymentId: `pay_${month.deeds.length}` },
    month.at,
  )
  const current = { id: 'dun_eval', pausedUntil: month.current?.pausedUntil ?? null, ...outcome }
  const deeds = [
    ...(outcome.mailStep === null ? [] : [deed('mail', month.at.now)]),
    ...(outcome.escalate === null ? [] : [deed('tell_person', month.at.now)]),
  ]
  return { ...month, current, deeds: [...month.deeds, ...deeds] }
}

function livedTo(start: Month, failing: Failing, end: Instant): Month {
  let month = start
  for (let turn = 0; turn < MOST_DECISIONS; turn += 1) {
    const decision = decideNext(month.current, month.at)
    if (decision.kind === 'move') {
      month = moved(month, failing, decision)
      continue
    }
    const wake = decision.kind === 'wait' ? decision.until : wakeAt(month.current, month.at.now)
    if (decision.kind === 'leave_alone' || wake === null || !isBefore(wake, end))
      return {
        ...month,
        at: { ...month.at, now: isBefore(month.at.now, end) ? end : month.at.now },
      }
    month = { ...month, at: { ...month.at, now: wake } }
  }
  throw new Error('the case does not come to rest')
}

function moved(
  month: Month,
  failing: Failing,
  move: Extract<ReturnType<typeof decideNext>, { kind: 'move' }>,
): Month {
  const { to: state, nextStep, nextStepAt, nextRetryAt, actions } = move
  const done: Month = {
    current: { ...month.current, state, nextStep, nextStepAt, nextRetryAt, pausedUntil: null },
    at: actions.some(({ kind }) => kind === 'suspend')
      ? { ...month.at, accountStatus: 'suspended' }
      : month.at,
    deeds: [...month.deeds, ...actions.map(({ kind }) => deed(NAMES[kind], month.at.now))],
  }
  return actions.some(({ kind }) => kind === 'charge') ? failed(done, failing) : done
}

const NAMES: Readonly<Record<Action['kind'], DunningAction>> = {
  charge: 'charge',
  draft_mail: 'mail',
  open_review: 'review',
  suspend: 'suspend',
  propose_close: 'propose_close',
}

function suffered({ current, at, deeds }: Month, event: Failing['events'][number]): Month {
  switch (event.is) {
    case 'dispute':
      return { at, deeds, current: { ...current, frozenReason: 'a dispute is open' } }
    case 'manual_hold':
      return { current, deeds, at: { ...at, manualHold: true } }
    case 'recovered':
      return { at, deeds, current: { ...current, state: 'recovered' } }
    case 'payment_in_flight':
      return { current, deeds, at: { ...at, paymentInFlight: true } }
    case 'paused': {
      const pausedUntil = dayStart(FAILED_AT, event.until ?? event.day + 7, TIME_ZONE)
      return { at, deeds, current: { ...current, pausedUntil } }
    }
  }
}

function deed(action: DunningAction, at: Instant): Deed {
  const from = FAILED_AT.toZonedDateTimeISO(TIME_ZONE).toPlainDate()
  const day = at.toZonedDateTimeISO(TIME_ZONE).toPlainDate()
  return { action, day: from.until(day, { largestUnit: 'days' }).days }
}
