import { HumanResponses, toEscalationAnswer, toHumanInterrupt } from '#src/approvals/agent-inbox.ts'
import { answerEscalation } from '#src/approvals/answer-escalation.ts'
import { loadEscalation, type Escalation } from '#src/approvals/load-escalation.ts'
import { EscalationAnswer } from '#src/approvals/shapes.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { RunContext } from './nodes.ts'
import { questionOf } from './question.ts'
import type { RunState } from './run-state.ts'

/** An answer as the escalation's row keeps it. */
interface Taken {
  readonly kind: 'taken'
  readonly escalation: Escalation
  readonly answer: EscalationAnswer
  /** "member:mbr_1" */
  readonly by: string
}

/**
 * The answer that a run goes on with. Its row is the truth, whatever the thread was resumed with: an answer sent straight
 * to the graph (an Agent Inbox) is first taken by the same verb as one over the API, with its claim and its gates.
 */
export async function takeAnswer(
  state: RunState,
  { scope, person }: RunContext,
): Promise<Taken | { readonly kind: 'refused'; readonly why: string }> {
  const id = state.escalationId ?? ''
  const row = await scope.transact((ctx) => loadEscalation(ctx, id))
  if (row.answer !== null) return taken(row)
  try {
    if (!person) throw new AppError('forbidden', 'an answer needs a person who is signed in')
    const question = toHumanInterrupt(questionOf(state))
    const answer = toEscalationAnswer(parseResponses(state.answer), question)
    return taken(
      await scope.transact((ctx) =>
        answerEscalation({ ...ctx, actor: person }, { id, answer, wakesRun: false }),
      ),
    )
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const fields = error.fields.map(({ path, message }) => `${path}: ${message}`)
    return { kind: 'refused', why: [error.message, ...fields].join('; ') }
  }
}

function taken(escalation: Escalation): Taken {
  const answer = EscalationAnswer.parse(escalation.answer)
  return { kind: 'taken', escalation, answer, by: escalation.answeredBy ?? '' }
}

function parseResponses(given: unknown): HumanResponses {
  const parsed = HumanResponses.safeParse(given)
  if (parsed.success) return parsed.data
  throw new AppError('invalid_input', 'an answer is a list of one HumanResponse')
}
