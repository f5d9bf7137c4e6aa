import type { Scope } from '#db/context.ts'
import { reserveCall } from '#src/approvals/calls/reserve-call.ts'
import { settleCall } from '#src/approvals/calls/settle-call.ts'
import { maskSecrets } from '#src/approvals/secrets.ts'
import type { Model, ModelRequest } from '#src/gateways/model/model.ts'
import { estimateTokens, MOST_OUTPUT_TOKENS } from '#src/gateways/model/token-count.ts'

/** What a call is made for. */
export interface CallSubject {
  readonly runId: string | null
  readonly dunningCaseId?: string
  /** The live call that this one repeats. */
  readonly shadowOf?: string
}

/**
 * The model with its books: each call has its cost put aside before it is made and its row settled after. A spent
 * budget is `unavailable`, and the offline rules decide. The call itself is outside of both transactions. Where a shadow
 * is to repeat it, what was asked is kept until it has.
 */
export function accountedModel(
  model: Model,
  scope: Scope,
  subject: CallSubject,
  keepsQuestion: (request: ModelRequest) => boolean = () => false,
): Model {
  return {
    ...(model.asks ? { asks: model.asks } : {}),
    call: async (request) => {
      const reserved = await scope.transact((ctx) =>
        reserveCall(ctx, {
          ...subject,
          ...describeCall(model, request),
          purpose: subject.shadowOf === undefined ? purposeOf(request) : 'shadow',
          ...(keepsQuestion(request) ? { question: maskSecrets(request.user) } : {}),
        }),
      )
      if (reserved.kind === 'refused')
        return { kind: 'unavailable', reason: reserved.reason, isBudget: true }
      const answer = await model.call(request)
      const complaint =
        answer.kind === 'answer' ? (request.complaintAbout?.(answer.content) ?? null) : null
      await scope.transact((ctx) => settleCall(ctx, reserved.id, { answer, complaint }))
      return answer
    },
  }
}

/** What a call's row says of the request, and what the call may come to. */
function describeCall(model: Model, request: ModelRequest) {
  return {
    task: request.purpose,
    promptName: request.prompt?.name ?? request.purpose,
    promptVersion: request.prompt?.version ?? '',
    promptHash: request.prompt?.hash ?? '',
    schemaHash: request.schemaHash ?? '',
    provider: model.asks?.provider ?? 'unnamed',
    modelAsked: model.asks?.model ?? 'unnamed',
    inputTokens: estimateTokens(request.system + request.user + JSON.stringify(request.schema)),
    outputTokens: MOST_OUTPUT_TOKENS,
  }
}

function purposeOf(request: ModelRequest): 'route' | 'draft' | 'repair' {
  if (request.isRepair === true) return 'repair'
  return request.purpose === 'supervisor' ? 'route' : 'draft'
}
