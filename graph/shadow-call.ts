import { z } from 'zod'
import { requestOf } from '#agents/ask-model.ts'
import { ANOMALY_CONTRACT } from '#agents/anomaly/contract.ts'
import { DUNNING_CONTRACT } from '#agents/dunning/contract.ts'
import { INQUIRY_CONTRACT } from '#agents/inquiry/contract.ts'
import { promptIn, promptNamed, type Prompt } from '#agents/prompt.ts'
import { readAnswer } from '#agents/read-answer.ts'
import { DECISION_CONTRACT } from '#agents/supervisor-contract.ts'
import type { Scope } from '#db/context.ts'
import {
  forgetQuestion,
  loadShadowed,
  recordComparison,
} from '#src/approvals/agreement/record-comparison.ts'
import { accountedModel } from './accounted-model.ts'
import { isShadowedTask, type Shadow, type ShadowedTask } from './shadow.ts'

const CONTRACTS = {
  supervisor: DECISION_CONTRACT,
  dunning: DUNNING_CONTRACT,
  inquiry: INQUIRY_CONTRACT,
  anomaly: ANOMALY_CONTRACT,
} as const
/**
 * Asks the shadow what the live model was asked, once and without a repair, and keeps how the answers compare. It acts
 * on nothing; a failure, or a budget spent, leaves no comparison and changes nothing else.
 */
export async function shadowCall(scope: Scope, shadow: Shadow, callId: string): Promise<void> {
  const call = await scope.transact((ctx) => loadShadowed(ctx, callId))
  if (!call || !isShadowedTask(call.task)) return
  const contract = CONTRACTS[call.task]
  const prompt = promptOf(shadow, call.task)
  const model = accountedModel(shadow.model, scope, { runId: call.runId, shadowOf: call.id })
  const question = { purpose: call.task, prompt, contract: CONTRACTS.supervisor, input: {} }
  const said = await model.call({
    ...requestOf(question, null, ''),
    schemaName: contract.name,
    schema: contract.jsonSchema,
    schemaHash: contract.hash,
    user: call.question,
    complaintAbout: (content) => labelsIn(call.task, content).complaint,
  })
  const live = labelsIn(call.task, call.rawOutput ?? '')
  if (said.kind === 'unavailable' || live.complaint !== null)
    return scope.transact((ctx) => forgetQuestion(ctx, call.id))
  const answered = labelsIn(call.task, said.kind === 'answer' ? said.content : '')
  const { provider, model: name } = shadow.model.asks ?? said.usage
  await scope.transact((ctx) =>
    recordComparison(ctx, call, {
      shadow: `${provider} ${name}, ${prompt.name} ${prompt.version}`,
      live: live.labels,
      shadowed: said.kind === 'refusal' ? ['refusal'] : answered.labels,
      liveReason: live.reason,
      shadowReason: said.kind === 'refusal' ? said.reason : answered.reason,
    }),
  )
}

function promptOf({ promptFolder }: Shadow, task: ShadowedTask): Prompt {
  return (promptFolder === undefined ? null : promptIn(promptFolder, task)) ?? promptNamed(task)
}

const Reasoned = z.object({
  reasoning: z.string(),
  nextAgent: z.string().optional(),
  proposals: z.array(z.object({ kind: z.string() })).optional(),
})

/** What of an answer can be compared: the route, or the kinds of proposals in order of their names. */
function labelsIn(task: string, content: string) {
  const contract = isShadowedTask(task) ? CONTRACTS[task] : DECISION_CONTRACT
  const read = readAnswer<unknown>(contract, content)
  if (read.kind === 'invalid')
    return { labels: ['invalid'], reason: read.complaint, complaint: read.complaint }
  const { reasoning, nextAgent, proposals = [] } = Reasoned.parse(read.answer)
  const kinds = new Set(proposals.map(({ kind }) => kind))
  const labels = nextAgent === undefined ? [...kinds].sort() : [nextAgent]
  return { labels, reason: reasoning, complaint: null }
}
