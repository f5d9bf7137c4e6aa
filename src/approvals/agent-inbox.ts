import { z } from 'zod'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import type { EscalationAnswer } from './shapes.ts'

/** LangChain's Agent Inbox: the shapes its pages show a question with and send an answer in. Field names are theirs. */
const ActionRequest = z.object({ action: z.string(), args: z.record(z.string(), z.unknown()) })

export const HumanInterrupt = z.object({
  action_request: ActionRequest,
  config: z.object({
    allow_ignore: z.boolean(),
    allow_respond: z.boolean(),
    allow_edit: z.boolean(),
    allow_accept: z.boolean(),
  }),
  /** Markdown. */
  description: z.string().exactOptional(),
})
export type HumanInterrupt = z.infer<typeof HumanInterrupt>

const HumanResponse = z.object({
  type: z.enum(['accept', 'ignore', 'response', 'edit']),
  args: z.union([z.null(), z.string(), ActionRequest]),
})
/** A list, as that inbox sends it, of exactly one. */
export const HumanResponses = z.array(HumanResponse).length(1)
export type HumanResponses = z.infer<typeof HumanResponses>

/** What a question is made of: of an escalation's row, or of a run's state. */
export interface Question {
  readonly reason: string
  readonly summary: string
  readonly customerId: string | null
  /** As the customer would read it. */
  readonly draft: { readonly subject: string; readonly text: string } | null
  /** What an approval would do. */
  readonly asked: readonly { readonly kind: string; readonly reason?: string | undefined }[]
  readonly drifted: readonly {
    readonly fact: string
    readonly was: string | null
    readonly is: string | null
  }[]
  /** Why the last answer was not taken. */
  readonly refusal?: string | null
}

/** The question in their shape. Only the text of a draft can be edited: amounts and recipients are code's. */
export function toHumanInterrupt(question: Question): HumanInterrupt {
  const { draft, asked, customerId } = question
  const others = asked.filter(({ kind, reason }) => reason !== undefined && kind !== 'escalate')
  return {
    action_request: {
      action: asked[0]?.kind ?? 'answer_customer',
      args: {
        ...(draft ? { text: draft.text } : {}),
        ...Object.fromEntries(others.map(({ kind, reason }) => [kind, reason])),
      },
    },
    config: {
      allow_ignore: true,
      allow_respond: customerId !== null,
      allow_edit: draft !== null,
      allow_accept: asked.length > 0,
    },
    description: describe(question),
  }
}

function describe({ reason, summary, draft, asked, drifted, refusal }: Question): string {
  return [
    `**${reason.replaceAll('_', ' ')}**`,
    summary,
    ...(refusal ? [`Your last answer was not taken: ${refusal}`] : []),
    ...(drifted.length > 0
      ? [
          [
            'Moved since the question was put:',
            ...drifted.map(({ fact, was, is }) => `- ${fact}: ${was ?? 'none'} → ${is ?? 'none'}`),
          ].join('\n'),
        ]
      : []),
    ...(asked.length > 0
      ? [`Accepting does: ${asked.map(({ kind }) => kind.replaceAll('_', ' ')).join(', ')}.`]
      : []),
    ...(draft ? [`Subject: ${draft.subject}`] : []),
  ].join('\n\n')
}

/**
 * Their answer as ours.
 * @throws invalid_input naming the field: more than one answer, a type that the question does not allow, an edit of
 *   anything but the text.
 */
export function toEscalationAnswer(
  responses: HumanResponses,
  { action_request: request, config }: HumanInterrupt,
): EscalationAnswer {
  const [response] = responses
  if (!response) throw invalidField('0', 'an answer is missing')
  const { type, args } = response
  switch (type) {
    case 'accept':
      if (!config.allow_accept) throw notAllowed(type)
      return { decision: 'approve' }
    case 'ignore':
      return { decision: 'reject' }
    case 'response':
      if (!config.allow_respond) throw notAllowed(type)
      if (typeof args !== 'string' || args.trim() === '')
        throw invalidField('0.args', 'a response is a text')
      return { decision: 'respond', text: args.trim() }
    case 'edit':
      if (!config.allow_edit) throw notAllowed(type)
      return { decision: 'edit', text: editedText(args, request) }
    default:
      throw new AppError('internal', 'unreachable')
  }
}

function notAllowed(type: string): AppError {
  return invalidField('0.type', `this question does not allow "${type}"`)
}

function editedText(
  args: HumanResponses[number]['args'],
  asked: HumanInterrupt['action_request'],
): string {
  if (args === null || typeof args === 'string')
    throw invalidField('0.args', 'an edit is an action request')
  if (args.action !== asked.action)
    throw invalidField('0.args.action', `this question is about "${asked.action}"`)
  for (const [key, value] of Object.entries(args.args))
    if (key !== 'text' && value !== asked.args[key])
      throw invalidField(`0.args.args.${key}`, 'only the text can be edited')
  const { text } = args.args
  if (typeof text !== 'string' || text.trim() === '')
    throw invalidField('0.args.args.text', 'an edit needs a text')
  return text.trim()
}
