import type { CollectionEvidence } from '#src/approvals/evidence/collection.ts'
import type { Facts } from '#src/approvals/gate-text.ts'
import type { Instant } from '#src/kernel/time.ts'
import { dayText, plainDayText, type Reader } from './format.ts'
import type { ChosenInvoice } from './invoice-facts.ts'
import { promiseDate } from './promise-date.ts'

/** Days a customer who names no date gets. */
const PAUSE_DAYS = 7

interface CollectionFactsInput {
  readonly collection: CollectionEvidence
  readonly chosen: ChosenInvoice
  readonly words: string
  readonly now: Instant
  readonly reader: Reader
}

/** The day a pause without a named date ends, "2026-03-14". */
export function pauseUntil(now: Instant, timeZone: string): string {
  return now.toZonedDateTimeISO(timeZone).toPlainDate().add({ days: PAUSE_DAYS }).toString()
}

/** Facts about collecting. What a bank said stays out: customers hear it only in our own wording. */
export function collectionFacts(input: CollectionFactsInput): Facts {
  const { collection, reader, now } = input
  const facts: Record<string, string> = {
    'pause.until': plainDayText(pauseUntil(now, reader.timeZone), reader),
  }
  const promised = promiseDate(input.words, now, reader.timeZone)
  if (promised !== null) facts['promise.date'] = plainDayText(promised, reader)
  if (collection.card)
    facts['payment.card'] = `${collection.card.brand} •••• ${collection.card.last4}`
  if (collection.dunning?.nextRetryAt)
    facts['dunning.next_retry'] = dayText(collection.dunning.nextRetryAt, reader)
  const waiting = collection.payments.find(
    ({ status, actionUrl, invoiceId }) =>
      status === 'requires_action' && actionUrl !== null && invoiceId === input.chosen.invoice?.id,
  )
  if (waiting?.actionUrl) facts['payment.confirm_link'] = waiting.actionUrl
  return facts
}
