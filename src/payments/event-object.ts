import { z } from 'zod'

/** An event's object as Stripe sends it: what it is, and the fields that lead to our own rows. */
export interface EventObject {
  readonly kind: string
  readonly id: string
  readonly json: Readonly<Record<string, unknown>>
}

const Json = z.record(z.string(), z.unknown())

function record(value: unknown): Readonly<Record<string, unknown>> {
  const parsed = Json.safeParse(value)
  return parsed.success ? parsed.data : {}
}

/** A text that says something, or null. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** An id, whether Stripe sent it bare or as an expanded object. */
export function idOf(value: unknown): string | null {
  return textOf(value) ?? textOf(record(value)['id'])
}

/** `data.object` of an event; null when it carries none. */
export function objectOf(payload: Readonly<Record<string, unknown>>): EventObject | null {
  const json = record(record(payload['data'])['object'])
  const kind = textOf(json['object'])
  const id = textOf(json['id'])
  return kind !== null && id !== null ? { kind, id, json } : null
}

/** The provider's customer an object belongs to; of a customer object, itself. */
export function providerCustomerOf(object: EventObject): string | null {
  return object.kind === 'customer' ? object.id : idOf(object.json['customer'])
}

/** A metadata field, also where invoices carry their subscription's (`parent` since 2025, `subscription_details` before). */
export function metadataOf(object: EventObject, field: string): string | null {
  const { json } = object
  const places = [
    json['metadata'],
    record(record(json['parent'])['subscription_details'])['metadata'],
    record(json['subscription_details'])['metadata'],
  ]
  for (const place of places) {
    const value = textOf(record(place)[field])
    if (value !== null) return value
  }
  return null
}

/** The payment intent an object is about: itself, or named by it (old and new shapes). */
export function intentOf(object: EventObject): string | null {
  if (object.kind === 'payment_intent') return object.id
  return idOf(object.json['payment_intent'])
}

/** A whole number of minor units; 0 when absent. */
export function amountOf(value: unknown): bigint {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : 0n
}

/** Seconds since 1970 as Stripe writes them, or null. */
export function secondsOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null
}

/** Entries of a Stripe list that are objects. */
export function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  const data = record(value)['data']
  return Array.isArray(data) ? data.map(record) : []
}

/** The default card of a customer object. */
export function defaultCardOf(customer: Readonly<Record<string, unknown>>): string | null {
  return idOf(record(customer['invoice_settings'])['default_payment_method'])
}
