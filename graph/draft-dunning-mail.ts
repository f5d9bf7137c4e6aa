import { draftDunningMail } from '#agents/dunning/draft.ts'
import { dunningMailFacts } from '#agents/tools/dunning-mail-facts.ts'
import type { Scope } from '#db/context.ts'
import { fillFacts } from '#src/approvals/gate-text.ts'
import { commitDunningMail } from '#src/collections/commit-mail.ts'
import { planDunningMail } from '#src/collections/plan-mail.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { accountedModel } from './accounted-model.ts'
import type { RunDeps } from './nodes.ts'

/**
 * Writes and queues the mail of a dunning step: plan → text → plan again → queue. The text carries placeholders, so
 * what is filled in is what is open at the moment of queueing. Returns the message's row id, or null.
 */
export async function writeDunningMail(
  scope: Scope,
  deps: Pick<RunDeps, 'model' | 'publicUrl'>,
  step: { caseId: string; step: string },
): Promise<string | null> {
  const plan = await scope.transact((ctx) => planDunningMail(ctx, step))
  if (!plan) return null
  const sheet = dunningMailFacts(plan, deps.publicUrl)
  const subject = { runId: null, dunningCaseId: step.caseId }
  const model = deps.model && accountedModel(deps.model, scope, subject)
  const draft = await draftDunningMail({ plan, ...sheet }, model)
  if (!draft) return null
  return scope.transact(async (ctx) => {
    const now = await planDunningMail(ctx, step)
    if (!now || now.tone !== plan.tone || now.advice !== plan.advice) return null
    const { facts } = dunningMailFacts(now, deps.publicUrl)
    const title = fillFacts(draft.subject, { facts, author: draft.author })
    const text = fillFacts(draft.text, { facts, author: draft.author })
    if (title.kind === 'refused' || text.kind === 'refused') return null
    const id = await commitDunningMail(ctx, { ...step, subject: title.text, text: text.text })
    if (id === null) return null
    await recordAudit(ctx, {
      action: 'agent.dunning_mail',
      subject: { type: 'dunning_case', id: step.caseId },
      reason: `${plan.tone} mail, written by ${draft.author}`,
      data: {
        step: step.step,
        messageId: id,
        model: draft.record?.model ?? null,
        promptHash: draft.record?.promptHash ?? null,
        schemaHash: draft.record?.schemaHash ?? null,
        failure: draft.record?.failure ?? null,
      },
    })
    return id
  })
}
