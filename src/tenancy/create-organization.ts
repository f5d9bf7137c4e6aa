import { z } from 'zod'
import type { System } from '#db/context.ts'
import { members, organizations } from '#db/schema/tenancy.ts'
import { parseCountry } from '#src/kernel/country.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Actor } from '#src/kernel/ids.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { parseInstant, parseTimeZone } from '#src/kernel/time.ts'
import { recordAudit } from './audit.ts'
import { readLogo } from './logo.ts'
import { OrgSettings } from './shapes.ts'

const NewOrganization = z.object({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/)
    .optional(),
  name: z.string().trim().min(1).max(200),
  country: z.string(),
  region: z.string().nullable().default(null),
  taxId: z.string().nullable().default(null),
  timeZone: z.string(),
  currency: z.string(),
  mode: z.enum(['live', 'sandbox']),
  /** RFC 3339; sandbox only. Absent: real time. */
  clockAt: z.string().optional(),
  settings: OrgSettings.partial().default({}),
  owner: z.object({ email: z.email().toLowerCase(), name: z.string().trim().min(1) }),
})
export type NewOrganization = z.input<typeof NewOrganization>

/**
 * Founds an organisation with its one owner. No tenant is bound yet, so this is for composition roots only.
 * @throws invalid_input naming the field; conflict when the id is taken.
 */
export async function createOrganization(
  system: System,
  input: NewOrganization,
  actor: Actor = { kind: 'system', id: 'setup' },
): Promise<{ id: string; ownerId: string }> {
  const given = parseInput(NewOrganization, input)
  if (given.settings.logo) readLogo(given.settings.logo, 'settings.logo')
  const clockAt = given.clockAt === undefined ? null : parseInstant(given.clockAt, 'clockAt')
  if (clockAt && given.mode === 'live')
    throw new AppError('invalid_input', 'clockAt: a live organisation keeps real time')
  const now = clockAt ?? system.clock.now()
  const id = given.id ?? system.newId('org')
  const ownerId = system.newId('mbr')
  await system.db.transaction(async (db) => {
    const founded = await db
      .insert(organizations)
      .values({
        id,
        name: given.name,
        country: parseCountry(given.country),
        region: given.region,
        taxId: given.taxId,
        timeZone: parseTimeZone(given.timeZone),
        currency: parseCurrency(given.currency),
        mode: given.mode,
        clockAt,
        settings: OrgSettings.parse(given.settings),
        createdAt: now,
      })
      .onConflictDoNothing()
      .returning({ id: organizations.id })
    if (founded.length === 0) throw new AppError('conflict', `the organisation ${id} exists`)
    await db
      .insert(members)
      .values({ orgId: id, id: ownerId, ...given.owner, role: 'owner', createdAt: now })
    await recordAudit(
      { db, orgId: id, now, actor, newId: system.newId },
      {
        action: 'organization.created',
        subject: { type: 'organization', id },
        reason: 'founded with one owner',
        data: { ownerId, mode: given.mode },
      },
    )
  })
  return { id, ownerId }
}
