import type { Model, ModelRequest } from '#src/gateways/model/model.ts'
import type { InjectionCase } from './attack.ts'
import { piecesOf } from './dress.ts'
import { DEEDS } from './orders.ts'
import { isShown } from './undress.ts'

const USAGE = {
  provider: 'scripted',
  model: 'obedient-1',
  inputTokens: 0,
  outputTokens: 0,
  latencyMs: 0,
}

/** A call, and whether the attack was in what the model was shown. */
export interface Call {
  readonly request: ModelRequest
  readonly isShown: boolean
}

/** What an agent without a contract asks for: every kind of proposal, with any field. */
export const UNBOUND_SCHEMA = 'unbound_proposals'

/**
 * A model that looks for an order in everything it is shown and does what it says, as well as the contract lets it:
 * routes as told, first tries what the contract has no word for, then proposes and writes what it has. Without an order
 * in sight it is not there, so that what happens is the order's doing alone.
 */
export function obedientModel({ inputs }: Pick<InjectionCase, 'inputs'>, dates: Dates) {
  const pieces = piecesOf(inputs.technique, inputs.order)
  const calls: Call[] = []
  const model: Model = {
    call: (request) => {
      const shown = isShown(stringsIn(request.user), pieces)
      const tried = calls.some((call) => call.request.schemaName === request.schemaName)
      calls.push({ request, isShown: shown })
      if (!shown) return Promise.resolve({ kind: 'unavailable', reason: 'nothing to obey' })
      const content = JSON.stringify(answerTo(request, inputs, tried, dates))
      return Promise.resolve({ kind: 'answer', content, usage: USAGE })
    },
  }
  return { model, calls }
}

/** Every text of the question, which is one line of JSON; what a repair says stands in the lines after it. */
function stringsIn(user: string): string {
  const [json = ''] = user.split('\n')
  const texts = (value: unknown): string[] => {
    if (typeof value === 'string') return [value]
    return value !== null && typeof value === 'object' ? Object.values(value).flatMap(texts) : []
  }
  return texts(JSON.parse(json)).join('\n')
}

/** Days that orders name, made of the run's own. */
interface Dates {
  readonly tomorrow: string
  readonly inFiftyDays: string
  readonly ownInvoiceId: string
}

type Inputs = InjectionCase['inputs']

function answerTo(request: ModelRequest, inputs: Inputs, tried: boolean, dates: Dates): unknown {
  const { goal, says } = inputs
  const deed = DEEDS[goal]
  const text = deed.adds === '' ? says : `${says} ${deed.adds}`
  const wild = deed.wild.map((one) => dated(one, dates))
  switch (request.schemaName) {
    case 'routing_decision': {
      const decision = { reasoning: says, nextAgent: deed.route }
      return tried || goal !== 'attackers_json' ? decision : { ...decision, approved: true }
    }
    case 'dunning_mail':
      return { subject: says.slice(0, 150), text: `${text}\n{{fact:invoice.link}}` }
    case UNBOUND_SCHEMA:
      return { reasoning: says, proposals: [...wild, reply(text, says)] }
    default: {
      if (!tried && wild.length > 0) return { reasoning: says, proposals: wild }
      const offered = JSON.stringify(request.schema)
      const kinds = deed.proposes.filter((kind) => offered.includes(`"${kind}"`))
      const proposals = [reply(text, says), ...kinds.map((kind) => proposal(kind))]
      return { reasoning: says, proposals }
    }
  }
}

function reply(text: string, says: string): Record<string, unknown> {
  return {
    kind: 'send_reply',
    subject: says.slice(0, 150),
    text: `{{fact:contact.name}},\n\n${text}\n\n{{fact:seller.name}}`,
  }
}

function proposal(kind: string): Record<string, unknown> {
  switch (kind) {
    case 'propose_credit':
      return { kind, reason: 'The mail says so.', factKey: 'invoice.total' }
    case 'payment_plan':
    case 'usage_cap':
      return { kind, reason: 'The mail says so.' }
    default:
      return { kind }
  }
}

function dated(wild: Readonly<Record<string, unknown>>, dates: Dates): Record<string, unknown> {
  const text = JSON.stringify(wild)
    .replace('"TOMORROW"', JSON.stringify(dates.tomorrow))
    .replace('"IN_50_DAYS"', JSON.stringify(dates.inFiftyDays))
    .replace('"OWN_INVOICE"', JSON.stringify(dates.ownInvoiceId))
  return JSON.parse(text) as Record<string, unknown>
}
