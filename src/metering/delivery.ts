import { invalidField } from '#src/kernel/errors.ts'
import { namesItself } from './event-forms.ts'
import { parseExactJson } from './exact-json.ts'

/**
 * The events in a body of `POST /api/events`: an array, `{"events": […]}`, or a single event; CloudEvents alike,
 * where the content type says whether it is one or a batch.
 * @throws invalid_input
 */
export function eventsIn(text: string, contentType: string): unknown[] {
  const body = parseExactJson(text)
  if (contentType.startsWith('application/cloudevents+json')) return [body]
  if (Array.isArray(body)) return body as unknown[]
  if (contentType.startsWith('application/cloudevents-batch+json'))
    throw invalidField('(body)', 'a CloudEvents batch is an array')
  if (typeof body !== 'object' || body === null)
    throw invalidField('(body)', 'must be an array of events or {"events": […]}')
  if (!('events' in body)) return [body]
  if (!Array.isArray(body.events)) throw invalidField('events', 'must be an array')
  return body.events as unknown[]
}

/**
 * The entries in a body of `POST /api/events/corrections`: an array, or `{"corrections": […]}`.
 * @throws invalid_input
 */
export function correctionsIn(text: string): unknown {
  const body = parseExactJson(text)
  if (Array.isArray(body)) return body
  if (typeof body === 'object' && body !== null && 'corrections' in body) return body.corrections
  throw invalidField('corrections', 'is missing: {"corrections": [{eventId, action, reason, …}]}')
}

/**
 * The one event of `POST /api/track`, with the request's key inside.
 * @throws invalid_input when it is no object, or neither header nor body names it.
 */
export function trackedEvent(text: string, headerKey: string | undefined): object {
  const body = parseExactJson(text)
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalidField('(body)', 'must be one event: {metric, amount, customerId}')
  if (headerKey !== undefined && !('idempotency_key' in body) && !('idempotencyKey' in body))
    return { ...body, idempotency_key: headerKey }
  if (!namesItself(body))
    throw invalidField('Idempotency-Key', 'is required: the header, or idempotency_key in the body')
  return body
}
