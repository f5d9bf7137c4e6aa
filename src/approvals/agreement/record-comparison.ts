import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { modelCalls, shadowComparisons } from '#db/schema/agents.ts'
import { maskSecrets } from '../secrets.ts'

export type ShadowedCall = typeof modelCalls.$inferSelect & { readonly question: string }

/** The live call a shadow has yet to repeat; null when it has been, or was never meant to be. */
export async function loadShadowed(ctx: Ctx, callId: string): Promise<ShadowedCall | null> {
  const [call] = await ctx.db
    .select()
    .from(modelCalls)
    .where(and(eq(modelCalls.orgId, ctx.orgId), eq(modelCalls.id, callId)))
  const [shadow] = await ctx.db
    .select({ id: modelCalls.id })
    .from(modelCalls)
    .where(and(eq(modelCalls.orgId, ctx.orgId), eq(modelCalls.shadowOf, callId)))
  // A shadow whose process died is not asked again: its comparison is lost, and nothing else.
  if (!call || shadow || call.question === null || call.outcome !== 'answered') return null
  return { ...call, question: call.question }
}

const LONGEST_REASON = 500

/** Keeps what was compared, and forgets the question. */
export async function recordComparison(
  ctx: Ctx,
  call: ShadowedCall,
  said: {
    readonly shadow: string
    readonly live: readonly string[]
    readonly shadowed: readonly string[]
    readonly liveReason: string
    readonly shadowReason: string
  },
): Promise<void> {
  const mine = (id: string) => and(eq(modelCalls.orgId, ctx.orgId), eq(modelCalls.shadowOf, id))
  const [shadowCall] = await ctx.db
    .select({ id: modelCalls.id })
    .from(modelCalls)
    .where(mine(call.id))
  await ctx.db
    .insert(shadowComparisons)
    .values({
      orgId: ctx.orgId,
      callId: call.id,
      shadowCallId: shadowCall?.id ?? '',
      runId: call.runId,
      task: call.task,
      shadow: said.shadow,
      live: [...said.live],
      shadowed: [...said.shadowed],
      agrees: said.live.join() === said.shadowed.join(),
      liveReason: maskSecrets(said.liveReason).slice(0, LONGEST_REASON),
      shadowReason: maskSecrets(said.shadowReason).slice(0, LONGEST_REASON),
      at: ctx.now,
    })
    .onConflictDoNothing()
  await forgetQuestion(ctx, call.id)
}

/** A shadow that gave no answer is compared with nothing. */
export async function forgetQuestion(ctx: Ctx, callId: string): Promise<void> {
  await ctx.db
    .update(modelCalls)
    .set({ question: null })
    .where(and(eq(modelCalls.orgId, ctx.orgId), eq(modelCalls.id, callId)))
}
