import { and, eq, isNull, lte, or } from 'drizzle-orm'
import { LRUCache } from 'lru-cache'
import type { System } from '#db/context.ts'
import { apiKeys } from '#db/schema/tenancy.ts'
import type { Role } from '#src/http/roles.ts'
import { sha256 } from '#src/kernel/canonical.ts'
import type { Actor } from '#src/kernel/ids.ts'
import { isBefore, type Instant } from '#src/kernel/time.ts'

/** Who calls: the organisation, the key as actor, and what it may do. */
export interface Caller {
  readonly orgId: string
  readonly actor: Actor
  readonly role: Role
  /** Whether the organisation may have a test clock; a key is made with its mode, which never changes. */
  readonly isSandbox: boolean
}

interface Entry {
  readonly caller: Caller
  readonly expiresAt: Instant | null
  readonly readAt: Instant
  touchedAt: Instant | null
}

/** A revoked key lives on in other processes for at most this long (T2 allows five seconds). */
const CACHED_SECONDS = 4
const TOUCH_SECONDS = 60
const KEY_FORMAT = /^tk_(live|test)_[A-Za-z0-9_-]{43}$/

/** A process has one system; a test's system takes its cache with it. */
const caches = new WeakMap<System, LRUCache<string, Entry>>()

function cacheOf(system: System): LRUCache<string, Entry> {
  const cache = caches.get(system) ?? new LRUCache<string, Entry>({ max: 10_000 })
  caches.set(system, cache)
  return cache
}

/** Whose key this is, or null for one that is unknown, revoked or expired. Does not wait for the last-used note. */
export async function authenticateKey(system: System, key: string): Promise<Caller | null> {
  const [, mode] = KEY_FORMAT.exec(key) ?? []
  if (mode === undefined) return null
  const hash = sha256(key)
  const cache = cacheOf(system)
  const now = system.clock.now()
  const cached = cache.get(hash)
  const fresh = cached && isBefore(now, cached.readAt.add({ seconds: CACHED_SECONDS }))
  const entry = fresh ? cached : await readEntry(system, hash, now, mode === 'test')
  if (!entry) {
    cache.delete(hash)
    return null
  }
  if (!fresh) entry.touchedAt = cached?.touchedAt ?? null
  cache.set(hash, entry)
  if (entry.expiresAt && !isBefore(now, entry.expiresAt)) return null
  if (!entry.touchedAt || !isBefore(now, entry.touchedAt.add({ seconds: TOUCH_SECONDS }))) {
    entry.touchedAt = now
    // Nobody waits for it and nothing depends on it: a lost note is written with a later call.
    touch(system, hash, now).catch(() => {})
  }
  return entry.caller
}

async function readEntry(
  system: System,
  hash: string,
  now: Instant,
  isSandbox: boolean,
): Promise<Entry | null> {
  const [row] = await system.db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.hash, hash), isNull(apiKeys.revokedAt)))
  if (!row) return null
  return {
    caller: {
      orgId: row.orgId,
      actor: { kind: 'api_key', id: row.id },
      role: row.role,
      isSandbox,
    },
    expiresAt: row.expiresAt,
    readAt: now,
    touchedAt: null,
  }
}

async function touch(system: System, hash: string, now: Instant): Promise<void> {
  const before = now.subtract({ seconds: TOUCH_SECONDS })
  await system.db
    .update(apiKeys)
    .set({ lastUsedAt: now })
    .where(
      and(eq(apiKeys.hash, hash), or(isNull(apiKeys.lastUsedAt), lte(apiKeys.lastUsedAt, before))),
    )
}
