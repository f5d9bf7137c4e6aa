import { sha256 } from '#src/kernel/canonical.ts'
import {
  complaintOf,
  optional,
  readProperties,
  readQuantity,
  readTimestampMs,
  required,
  textReader,
} from './event-fields.ts'
import type { UsageEvent } from './shapes.ts'

/** What one body is: an event, or the field that keeps it from being one. */
export type ReadEvent =
  | { readonly kind: 'event'; readonly event: UsageEvent }
  | {
      readonly kind: 'malformed'
      /** "quantity: is required": the field as the sender wrote it. */
      readonly reason: string
      readonly idempotencyKey?: string
      readonly eventId?: string
    }

type Body = Readonly<Record<string, unknown>>
type Field = keyof UsageEvent
/** Where each of our fields is found in a form, first match wins; the first name is used to say what is missing. */
type Form = Readonly<Record<Field, readonly string[]>>

const OWN_FORM: Form = {
  idempotencyKey: ['idempotency_key', 'idempotencyKey'],
  eventId: ['event_id', 'eventId'],
  metric: ['event_type', 'eventType', 'metric'],
  customerId: ['customer_id', 'customerId'],
  timestampMs: ['timestamp'],
  quantity: ['quantity', 'amount'],
  namespaceId: ['namespace_id', 'namespaceId'],
  properties: ['properties'],
}

const CLOUD_EVENT: Form = {
  idempotencyKey: ['data.idempotency_key', 'data.idempotencyKey'],
  eventId: ['id'],
  metric: ['type'],
  customerId: ['subject', 'data.customer_id', 'data.customerId'],
  timestampMs: ['time'],
  quantity: ['data.quantity', 'data.amount', 'data.value'],
  namespaceId: ['data.namespace_id', 'data.namespaceId'],
  properties: ['data.properties'],
}

const SHORT_NAMES: Partial<Record<Field, string>> = {
  metric: 'metric',
  quantity: 'amount',
  customerId: 'customerId',
}

const FIELDS = Object.keys(OWN_FORM) as Field[]

const readName = textReader(255)
const readId = textReader(128)

/**
 * Reads one event: the full form (M1, snake or camel case), the short form `{metric, amount, customerId}`,
 * or a CloudEvent 1.0 (`type` is the metric, `subject` the customer, `data.quantity` the quantity).
 * `fallbackKey` is the Idempotency-Key of the request. Without any key an `event_id` serves as one;
 * a CloudEvent is named by its source and id, as its specification says.
 */
export function readEvent(body: unknown, fallbackKey?: string): ReadEvent {
  if (!isBody(body)) return { kind: 'malformed', reason: 'event: must be a JSON object' }
  const isCloudEvent = 'specversion' in body
  if (isCloudEvent && body['specversion'] !== '1.0')
    return { kind: 'malformed', reason: 'specversion: only CloudEvents 1.0 are read' }
  const form = isCloudEvent ? CLOUD_EVENT : OWN_FORM
  const key = valueAt(body, form.idempotencyKey) ?? fallbackKey ?? ownName(body, isCloudEvent)
  const read = {
    idempotencyKey: required(key, readName),
    eventId: optional(valueAt(body, form.eventId), readName),
    metric: required(valueAt(body, form.metric), readId),
    customerId: required(valueAt(body, form.customerId), readId),
    timestampMs: optional(valueAt(body, form.timestampMs), readTimestampMs),
    quantity: required(valueAt(body, form.quantity), readQuantity),
    namespaceId: optional(valueAt(body, form.namespaceId), readId),
    properties: optional(valueAt(body, form.properties), readProperties),
  }
  for (const field of FIELDS) {
    const complaint = complaintOf(read[field])
    if (complaint === null) continue
    return {
      kind: 'malformed',
      reason: `${writtenName(body, form, field)}: ${complaint}`,
      ...textOf('idempotencyKey', key),
      ...textOf('eventId', valueAt(body, form.eventId)),
    }
  }
  // No field has a complaint, so every field has been read.
  return { kind: 'event', event: read as UsageEvent }
}

/** What an amendment may say anew, under any of the names of our own forms. */
const AMENDABLE = [
  'metric',
  'customerId',
  'timestampMs',
  'quantity',
  'namespaceId',
  'properties',
] as const
const AMENDABLE_NAMES = AMENDABLE.flatMap((field) => OWN_FORM[field])

/** The first name among changes that no field of an event has. */
export function unknownChange(changes: Body): string | undefined {
  return Object.keys(changes).find((name) => !AMENDABLE_NAMES.includes(name))
}

/** An event in the full form with some fields said anew; null takes an optional one away. */
export function changedBody(
  event: Pick<
    UsageEvent,
    'idempotencyKey' | 'eventId' | 'metric' | 'customerId' | 'quantity' | 'namespaceId'
  > & {
    readonly timestamp: string
    readonly properties: Body
  },
  changes: Body,
): Body {
  const kept: Record<(typeof AMENDABLE)[number], unknown> = {
    ...event,
    timestampMs: event.timestamp,
    properties: Object.keys(event.properties).length === 0 ? null : event.properties,
  }
  const entries = AMENDABLE.flatMap((field): [string, unknown][] => {
    const [name = field, ...others] = OWN_FORM[field]
    const said = [name, ...others].find((one) => Object.hasOwn(changes, one))
    return [[said ?? name, said === undefined ? kept[field] : changes[said]]]
  })
  return {
    ...Object.fromEntries(entries),
    idempotency_key: event.idempotencyKey,
    event_id: event.eventId,
  }
}

/** Whether a body carries what it can be told apart by: a key, or an id of its own. */
export function namesItself(body: unknown): boolean {
  if (!isBody(body)) return false
  const isCloudEvent = 'specversion' in body
  const form = isCloudEvent ? CLOUD_EVENT : OWN_FORM
  return (valueAt(body, form.idempotencyKey) ?? ownName(body, isCloudEvent)) !== undefined
}

/** The customer a body names, in whatever form. */
export function customerOf(body: unknown): string | undefined {
  if (!isBody(body)) return undefined
  const form = 'specversion' in body ? CLOUD_EVENT : OWN_FORM
  const customerId = valueAt(body, form.customerId)
  return typeof customerId === 'string' || typeof customerId === 'number'
    ? String(customerId)
    : undefined
}

/** Tells two events under one idempotency key apart: everything that is counted, nothing that a retry may change. */
export function payloadHash(event: UsageEvent): string {
  const { customerId, metric, timestampMs, quantity, namespaceId, properties } = event
  return sha256(
    JSON.stringify([customerId, metric, timestampMs, quantity, namespaceId, properties]),
  )
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function valueAt(body: Body, names: readonly string[]): unknown {
  for (const name of names) {
    const data = body['data']
    const value = name.startsWith('data.')
      ? isBody(data)
        ? data[name.slice('data.'.length)]
        : undefined
      : body[name]
    if (value !== undefined && value !== null) return value
  }
  return undefined
}

function ownName(body: Body, isCloudEvent: boolean): unknown {
  if (!isCloudEvent) return valueAt(body, OWN_FORM.eventId)
  const { source, id } = body
  return typeof source === 'string' && typeof id === 'string' ? `${source}#${id}` : undefined
}

function writtenName(body: Body, form: Form, field: Field): string {
  const written = form[field].find((name) => valueAt(body, [name]) !== undefined)
  const short = 'metric' in body || 'amount' in body ? SHORT_NAMES[field] : undefined
  return written ?? (form === OWN_FORM ? short : undefined) ?? form[field][0] ?? field
}

function textOf(field: 'idempotencyKey' | 'eventId', value: unknown) {
  return typeof value === 'string' ? { [field]: value.slice(0, 255) } : {}
}
