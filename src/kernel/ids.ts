import type { Instant } from './time.ts'

/** Makes ids like `inv_019c…`: prefix, then a UUIDv7 in hex, so ids of one kind sort by birth. */
export type NewId = (prefix: string) => string

/** Ids from a handed-in clock and randomness (16 bytes a call). */
export function idSource(nowMs: () => number, randomBytes: (size: number) => Uint8Array): NewId {
  return (prefix) => {
    const bytes = randomBytes(16)
    const time = nowMs().toString(16).padStart(12, '0')
    const hex = Buffer.from(bytes).toString('hex')
    return `${prefix}_${time}7${hex.slice(0, 3)}${hex.slice(3, 19)}`
  }
}

/** Random bytes cut from one large draw after the other: asking for each id's alone costs more than the id. */
export function pooledBytes(
  randomBytes: (size: number) => Uint8Array,
  poolSize = 8192,
): (size: number) => Uint8Array {
  let pool: Uint8Array = new Uint8Array(0)
  let used = 0
  return (size) => {
    if (used + size > pool.length) {
      pool = randomBytes(Math.max(poolSize, size))
      used = 0
    }
    used += size
    return pool.subarray(used - size, used)
  }
}

/** Who does a thing: goes into every audit row and ledger transaction. */
export interface Actor {
  readonly kind: 'api_key' | 'member' | 'system' | 'agent' | 'customer' | 'provider'
  readonly id: string
}

/** "member:mbr_1" for audit rows. */
export function actorName(actor: Actor): string {
  return `${actor.kind}:${actor.id}`
}

const ACTOR_KINDS = ['api_key', 'member', 'system', 'agent', 'customer', 'provider'] as const

/** Reads what `actorName` wrote; anything else is the system's doing, which may decide nothing. */
export function parseActor(name: string): Actor {
  const at = name.indexOf(':')
  const kind = ACTOR_KINDS.find((known) => known === name.slice(0, at))
  return kind ? { kind, id: name.slice(at + 1) } : { kind: 'system', id: name }
}

export interface Clock {
  now(): Instant
}
