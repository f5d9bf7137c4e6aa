import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import type { Instant } from '#src/kernel/time.ts'

/** Asks the agents for the text of a step's mail; one mail comes of it, however often it is asked for. */
export async function draftMail(
  ctx: Ctx,
  caseId: string,
  step: string,
  dueAt: Instant,
  again?: string,
): Promise<void> {
  const key = again === undefined ? `${caseId}:${step}` : `${caseId}:${step}:${again}`
  await enqueue(ctx, { job: 'DRAFT_DUNNING_MAIL', key, payload: { caseId, step }, dueAt })
}
