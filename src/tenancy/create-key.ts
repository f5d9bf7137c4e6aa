import { randomBytes } from 'node:crypto'
import type { Ctx } from '#db/context.ts'
import { apiKeys } from '#db/schema/tenancy.ts'
import type { Role } from '#src/http/roles.ts'
import { sha256 } from '#src/kernel/canonical.ts'
import type { Instant } from '#src/kernel/time.ts'
import { recordAudit } from './audit.ts'
import { loadOrganization } from './organization.ts'

const SECRET_BYTES = 32
/** "tk_live_" and four characters of the secret: enough to tell keys apart, worth nothing to a thief. */
const PREFIX_LENGTH = 12

export interface NewApiKey {
  readonly id: string
  /** Shown this once: only its SHA-256 is kept. */
  readonly key: string
  readonly prefix: string
}

/** Makes a key (`tk_live_…`, in sandbox organisations `tk_test_…`) that acts with `role`. */
export async function createApiKey(
  ctx: Ctx,
  input: { name: string; role: Role; expiresAt?: Instant },
): Promise<NewApiKey> {
  const { mode } = await loadOrganization(ctx)
  // Drawn here and nowhere handed in: a secret that a test or a seed could repeat would be none.
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  const key = `tk_${mode === 'live' ? 'live' : 'test'}_${secret}`
  const id = ctx.newId('key')
  const prefix = key.slice(0, PREFIX_LENGTH)
  await ctx.db.insert(apiKeys).values({
    orgId: ctx.orgId,
    id,
    name: input.name,
    prefix,
    hash: sha256(key),
    role: input.role,
    createdAt: ctx.now,
    expiresAt: input.expiresAt ?? null,
  })
  await recordAudit(ctx, {
    action: 'api_key.created',
    subject: { type: 'api_key', id },
    reason: `a key named "${input.name}" was asked for`,
    data: { role: input.role, prefix },
  })
  return { id, key, prefix }
}
