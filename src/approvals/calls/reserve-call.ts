import { and, eq, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { modelCalls, modelSpend } from '#db/schema/agents.ts'
import { costMicroUsd, priceOf } from '#src/gateways/model/prices.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { budgetRefusal, type SpentSoFar } from './rules.ts'

/** A call that is about to be made. */
export interface NewCall extends Pick<
  typeof modelCalls.$inferInsert,
  | 'purpose'
  | 'task'
  | 'promptName'
  | 'promptVersion'
  | 'promptHash'
  | 'schemaHash'
  | 'provider'
  | 'modelAsked'
> {
  readonly runId: string | null
  readonly dunningCaseId?: string | undefined
  readonly shadowOf?: string | undefined
  /** Masked, where a shadow is to repeat it. */
  readonly question?: string | undefined
  /** What it may come to. */
  readonly inputTokens: number
  readonly outputTokens: number
}

export type Reservation =
  | { readonly kind: 'reserved'; readonly id: string }
  | { readonly kind: 'refused'; readonly id: string; readonly reason: string }

/**
 * Puts aside what a call may cost and writes its row, or refuses it. Parallel calls of an organisation's day stand in
 * line for the row of that day, so that together they cannot spend what each alone could.
 */
export async function reserveCall(ctx: Ctx, call: NewCall): Promise<Reservation> {
  const { settings, timeZone } = await loadOrganization(ctx)
  const day = ctx.now.toZonedDateTimeISO(timeZone).toPlainDate().toString()
  const kind = call.shadowOf === undefined ? 'live' : 'shadow'
  const spent = await lockSpent(ctx, day, kind, call.runId)
  const asked = { provider: call.provider, model: call.modelAsked }
  const { inputTokens, outputTokens, ...row } = call
  const estimate = {
    tokens: inputTokens + outputTokens,
    microUsd: costMicroUsd(priceOf(asked, settings.models.prices), { inputTokens, outputTokens }),
  }
  const reason = budgetRefusal(settings.models, kind, spent, estimate)
  const id = ctx.newId('call')
  await ctx.db.insert(modelCalls).values({
    ...row,
    orgId: ctx.orgId,
    id,
    day,
    reservedTokens: estimate.tokens,
    reservedMicroUsd: estimate.microUsd,
    outcome: reason === null ? 'reserved' : 'budget',
    detail: reason ?? '',
    ...(reason === null ? {} : { question: null, settledAt: ctx.now, costMicroUsd: 0 }),
    createdAt: ctx.now,
  })
  if (reason !== null) return { kind: 'refused', id, reason }
  await addSpend(ctx, { day, kind, tokens: estimate.tokens, microUsd: estimate.microUsd ?? 0 })
  return { kind: 'reserved', id }
}

/** Adds to what a day has used; negative amounts give back. */
export async function addSpend(
  ctx: Ctx,
  spend: { day: string; kind: 'live' | 'shadow'; tokens: number; microUsd: number },
): Promise<void> {
  await ctx.db
    .update(modelSpend)
    .set({
      tokens: sql`${modelSpend.tokens} + ${spend.tokens}::bigint`,
      microUsd: sql`${modelSpend.microUsd} + ${spend.microUsd}::bigint`,
    })
    .where(
      and(
        eq(modelSpend.orgId, ctx.orgId),
        eq(modelSpend.day, spend.day),
        eq(modelSpend.kind, spend.kind),
      ),
    )
}

async function lockSpent(
  ctx: Ctx,
  day: string,
  kind: 'live' | 'shadow',
  runId: string | null,
): Promise<SpentSoFar> {
  const { orgId } = ctx
  await ctx.db.insert(modelSpend).values({ orgId, day, kind }).onConflictDoNothing()
  await ctx.db
    .select({ day: modelSpend.day })
    .from(modelSpend)
    .where(and(eq(modelSpend.orgId, orgId), eq(modelSpend.day, day), eq(modelSpend.kind, kind)))
    .for('update')
  const [sums] = await rowsOf<Record<string, string | number>>(
    ctx.db,
    sql`select coalesce(sum(tokens) filter (where day = ${day}), 0) as day_tokens,
        coalesce(sum(micro_usd) filter (where day = ${day}), 0) as day_usd,
        coalesce(sum(tokens), 0) as month_tokens, coalesce(sum(micro_usd), 0) as month_usd
      from model_spend where org_id = ${orgId} and kind = ${kind} and day like ${`${day.slice(0, 7)}%`}`,
  )
  const [run] = await rowsOf<Record<string, string | number>>(
    ctx.db,
    sql`select count(*) as calls,
        coalesce(sum(case outcome when 'reserved' then reserved_tokens else input_tokens + output_tokens end), 0)
          as tokens,
        coalesce(sum(case outcome when 'reserved' then reserved_micro_usd else cost_micro_usd end), 0) as usd
      from model_calls where org_id = ${orgId} and run_id = ${runId} and shadow_of is null and outcome <> 'budget'`,
  )
  return {
    run: {
      calls: Number(run?.['calls'] ?? 0),
      tokens: Number(run?.['tokens'] ?? 0),
      microUsd: Number(run?.['usd'] ?? 0),
    },
    day: { tokens: Number(sums?.['day_tokens'] ?? 0), microUsd: Number(sums?.['day_usd'] ?? 0) },
    month: {
      tokens: Number(sums?.['month_tokens'] ?? 0),
      microUsd: Number(sums?.['month_usd'] ?? 0),
    },
  }
}
