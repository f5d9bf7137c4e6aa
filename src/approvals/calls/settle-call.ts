import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { modelCalls } from '#db/schema/agents.ts'
import { enqueue } from '#db/outbox.ts'
import type { ModelAnswer } from '#src/gateways/model/model.ts'
import { costMicroUsd, priceOf } from '#src/gateways/model/prices.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { maskSecrets } from '../secrets.ts'
import { addSpend } from './reserve-call.ts'

const LONGEST_RAW = 20_000

/** The server may have worked on these, and then they are paid for: its answer only never came. */
const MAYBE_BILLED = ['timeout', 'cut off', 'unreadable answer', 'too large']

/**
 * Writes what became of a call and gives back what was put aside for it and not used. Settled twice, or after another
 * process has, changes nothing.
 */
export async function settleCall(
  ctx: Ctx,
  id: string,
  said: { readonly answer: ModelAnswer; readonly complaint: string | null },
): Promise<void> {
  const mine = and(
    eq(modelCalls.orgId, ctx.orgId),
    eq(modelCalls.id, id),
    eq(modelCalls.outcome, 'reserved'),
  )
  const [call] = await ctx.db.select().from(modelCalls).where(mine).for('update')
  if (!call) return
  const { settings } = await loadOrganization(ctx)
  const used = usedBy(call, said.answer)
  const price = priceOf(used, settings.models.prices)
  const cost = used.inputTokens + used.outputTokens === 0 ? 0 : costMicroUsd(price, used)
  const isShadowed = call.question !== null && outcomeOf(said).outcome === 'answered'
  await ctx.db
    .update(modelCalls)
    .set({
      ...outcomeOf(said),
      ...(isShadowed ? {} : { question: null }),
      modelAnswered: said.answer.kind === 'unavailable' ? null : said.answer.usage.model,
      mode: used.mode,
      inputTokens: used.inputTokens,
      outputTokens: used.outputTokens,
      cachedTokens: used.cachedTokens,
      isEstimated: used.isEstimated,
      latencyMs: used.latencyMs,
      costMicroUsd: cost,
      settledAt: ctx.now,
    })
    .where(mine)
  await addSpend(ctx, {
    day: call.day,
    kind: call.shadowOf === null ? 'live' : 'shadow',
    tokens: used.inputTokens + used.outputTokens - call.reservedTokens,
    // What it cost is not known: what was put aside stays spent.
    microUsd: cost === null ? 0 : cost - (call.reservedMicroUsd ?? 0),
  })
  if (isShadowed)
    await enqueue(ctx, { job: 'SHADOW_CALL', key: id, payload: { callId: id }, maxAttempts: 3 })
}

function outcomeOf({
  answer,
  complaint,
}: {
  readonly answer: ModelAnswer
  readonly complaint: string | null
}): Pick<typeof modelCalls.$inferSelect, 'outcome' | 'detail' | 'rawOutput'> {
  if (answer.kind === 'unavailable')
    return { outcome: 'unavailable', detail: answer.reason, rawOutput: null }
  const said = answer.kind === 'answer' ? answer.content : answer.reason
  return {
    outcome: answer.kind === 'refusal' ? 'refusal' : complaint === null ? 'answered' : 'invalid',
    detail: maskSecrets(complaint ?? '').slice(0, 1_000),
    rawOutput: maskSecrets(said).slice(0, LONGEST_RAW),
  }
}

function usedBy(call: typeof modelCalls.$inferSelect, answer: ModelAnswer) {
  if (answer.kind === 'unavailable') {
    const isCounted = MAYBE_BILLED.includes(answer.reason)
    return {
      provider: call.provider,
      model: call.modelAsked,
      mode: null,
      inputTokens: isCounted ? call.reservedTokens : 0,
      outputTokens: 0,
      cachedTokens: 0,
      isEstimated: isCounted,
      latencyMs: 0,
    }
  }
  const { usage } = answer
  return {
    ...usage,
    mode: usage.mode ?? null,
    cachedTokens: usage.cachedTokens ?? 0,
    isEstimated: usage.isEstimated ?? false,
  }
}
