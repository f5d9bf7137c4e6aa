import { asc, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { members } from '#db/schema/tenancy.ts'
import { may, type Role } from '#src/http/roles.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'

interface Member {
  readonly id: string
  readonly email: string
  readonly role: Role
}

/** @throws invalid_input naming the option, when no member has the address. */
export async function memberByEmail(ctx: Ctx, email: string, option: string): Promise<Member> {
  const all = await allMembers(ctx)
  const member = all.find((each) => each.email.toLowerCase() === email.toLowerCase())
  if (!member) throw invalidField(option, `no member ${email}`)
  return member
}

/**
 * The same transaction in the name of a member: the one named, or the only one there is. The system decides nothing.
 * @throws invalid_input when it must be named; forbidden when the role may not answer.
 */
export async function asMember(ctx: Ctx, email: string | undefined): Promise<Ctx> {
  const member =
    email === undefined ? await onlyMember(ctx) : await memberByEmail(ctx, email, '--as')
  if (!may(member.role, 'escalations', 'write'))
    throw new AppError('forbidden', `the role ${member.role} may not write escalations`)
  return { ...ctx, actor: { kind: 'member', id: member.id } }
}

async function onlyMember(ctx: Ctx): Promise<Member> {
  const [only, other] = await allMembers(ctx)
  if (!only) throw invalidField('--as', 'the organisation has no member')
  if (other) throw invalidField('--as', 'there is more than one member, name one by address')
  return only
}

function allMembers(ctx: Ctx): Promise<Member[]> {
  return ctx.db
    .select({ id: members.id, email: members.email, role: members.role })
    .from(members)
    .where(eq(members.orgId, ctx.orgId))
    .orderBy(asc(members.createdAt))
}
