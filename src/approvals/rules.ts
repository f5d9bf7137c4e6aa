import { unreachable } from '#src/kernel/errors.ts'
import { isBefore, Temporal, type Instant } from '#src/kernel/time.ts'
import {
  AUTONOMY,
  isSpotChecked,
  LONGEST_PAUSE_DAYS,
  LONGEST_PROMISE_DAYS,
  MOST_PAUSES,
} from './autonomy.ts'
import { gateText, type Facts, type TextGate } from './gate-text.ts'
import type { KeyedProposal, Proposal, Verdict } from './shapes.ts'

/** What the account looks like when a proposal is judged; read afresh each time. */
export interface JudgeContext {
  readonly now: Instant
  readonly timeZone: string
  readonly trigger: 'stripe_event' | 'customer_query' | 'usage_anomaly'
  /** Who wrote: a machine's trigger has no sender. */
  readonly senderTrust: 'verified' | 'unverified' | 'automatic' | null
  readonly hasVerifiedContact: boolean
  /** The account's own invoices. */
  readonly invoiceIds: readonly string[]
  readonly facts: Facts
  /** What the customer is written to in; a model's text is held to it. */
  readonly language?: string
  readonly dunning: DunningLimits | null
  /** What the organisation lets agents do alone; absent: the usual. */
  readonly autonomy?: typeof AUTONOMY
}

/** The limits of the open dunning case. */
export interface DunningLimits {
  readonly caseId: string
  readonly invoiceId: string
  /** Whether DUNNING_POLICY §1 lets the class be charged again without the customer. */
  readonly retryAllowed: boolean
  readonly earliestRetryAt: Instant
  readonly latestRetryAt: Instant
  /** Steps that may still be mailed. */
  readonly openSteps: readonly string[]
  /** Pauses and promises that the case has had. */
  readonly earlierPauses: number
  /** Dispute, manual hold, or a person has it. */
  readonly frozen: boolean
}

const EXECUTE = (reason: string): Verdict => ({ verdict: 'execute', reason })
const ASK = (reason: string): Verdict => ({ verdict: 'ask', reason })
const REFUSE = (reason: string): Verdict => ({ verdict: 'refuse', reason })

/** Judges one proposal: may it be done now, must a person approve, or never. Whatever the model said. */
export function judgeProposal(
  keyed: KeyedProposal,
  context: JudgeContext,
  text: TextGate = gateText,
): Verdict {
  const { proposal } = keyed
  if (context.senderTrust === 'automatic') return REFUSE('automatic mail is never answered')
  const refusal =
    textRefusal(keyed, context, text) ??
    recipientRefusal(proposal, context) ??
    limitRefusal(proposal, context)
  if (refusal !== null) return REFUSE(refusal)
  const autonomy = (context.autonomy ?? AUTONOMY)[proposal.kind]
  if (autonomy === 'ask') return ASK(`${proposal.kind} needs a person's approval`)
  if (isPause(proposal)) return judgePause(keyed, context, autonomy === 'once' ? 1 : MOST_PAUSES)
  return EXECUTE(`${proposal.kind} is within policy`)
}

/** Texts that reach the customer, with what they are called. */
function textOf(proposal: Proposal): string | null {
  return 'text' in proposal ? `${proposal.subject}\n${proposal.text}` : null
}

function textRefusal(keyed: KeyedProposal, context: JudgeContext, gate: TextGate): string | null {
  const text = textOf(keyed.proposal)
  if (text === null) return null
  const [problem] = gate(text, {
    facts: context.facts,
    author: keyed.author,
    language: context.language,
  })
  return problem ? `${problem.code}: ${problem.found}` : null
}

/** Mail goes to a verified contact who is the one asking, or not at all. */
function recipientRefusal(proposal: Proposal, context: JudgeContext): string | null {
  if (proposal.kind === 'escalate') return null
  if (context.trigger === 'customer_query' && context.senderTrust !== 'verified')
    return 'the sender is not a verified contact'
  const mails = textOf(proposal) !== null || proposal.kind === 'attach_invoice'
  return mails && !context.hasVerifiedContact ? 'the account has no verified contact' : null
}

function limitRefusal(proposal: Proposal, context: JudgeContext): string | null {
  switch (proposal.kind) {
    case 'send_reply':
    case 'ask_back':
    case 'send_update_card_link':
    case 'usage_alert':
    case 'usage_cap':
    case 'escalate':
      return null
    case 'attach_invoice':
      return ownInvoice(proposal.invoiceId, context)
    case 'propose_credit':
      return Object.hasOwn(context.facts, proposal.factKey)
        ? ownInvoice(proposal.invoiceId, context)
        : `unknown_fact: ${proposal.factKey}`
    case 'schedule_retry':
      return retryRefusal(proposal, context)
    case 'send_dunning_message':
      return stepRefusal(proposal, context)
    case 'stop_dunning':
    case 'payment_plan':
      return context.dunning ? null : 'no dunning case is open'
    case 'pause_dunning':
      return dateRefusal(proposal.until, context)
    case 'promise_to_pay':
      return dateRefusal(proposal.date, context)
    default:
      return unreachable(proposal)
  }
}

function ownInvoice(id: string, context: JudgeContext): string | null {
  return context.invoiceIds.includes(id) ? null : 'the invoice is not of this account'
}

function retryRefusal(
  proposal: Extract<Proposal, { kind: 'schedule_retry' }>,
  context: JudgeContext,
): string | null {
  const { dunning } = context
  if (context.trigger === 'customer_query') return 'no charge is retried because a message says so'
  if (!dunning || dunning.invoiceId !== proposal.invoiceId) return 'no dunning case of that invoice'
  if (dunning.frozen) return 'the dunning case is frozen'
  if (!dunning.retryAllowed) return 'this decline is not retried without the customer'
  const at = instantOrNull(proposal.at)
  if (at === null) return 'the time cannot be read'
  if (isBefore(at, dunning.earliestRetryAt)) return 'earlier than the limit allows'
  return isBefore(dunning.latestRetryAt, at) ? 'later than the schedule runs' : null
}

function stepRefusal(
  proposal: Extract<Proposal, { kind: 'send_dunning_message' }>,
  context: JudgeContext,
): string | null {
  const { dunning } = context
  if (!dunning || dunning.caseId !== proposal.caseId) return 'no such dunning case is open'
  if (dunning.frozen) return 'the dunning case is frozen'
  return dunning.openSteps.includes(proposal.step) ? null : `step ${proposal.step} is not open`
}

/** Whole local days from today to the date; null when it cannot be read. */
function daysAhead(date: string, context: JudgeContext): number | null {
  try {
    const today = context.now.toZonedDateTimeISO(context.timeZone).toPlainDate()
    return today.until(Temporal.PlainDate.from(date), { largestUnit: 'days' }).days
  } catch {
    return null
  }
}

function dateRefusal(date: string, context: JudgeContext): string | null {
  if (!context.dunning) return 'no dunning case is open'
  const days = daysAhead(date, context)
  if (days === null) return 'the date cannot be read'
  if (days < 0) return 'the date is past'
  return days > LONGEST_PROMISE_DAYS ? 'the date is too far away' : null
}

function isPause({ kind }: Proposal): boolean {
  return kind === 'pause_dunning' || kind === 'promise_to_pay'
}

/** A pause or a promise without a person: so many of a case, and not far into the future. */
function judgePause(keyed: KeyedProposal, context: JudgeContext, most: number): Verdict {
  const { proposal } = keyed
  const date = proposal.kind === 'pause_dunning' ? proposal.until : null
  const promised = proposal.kind === 'promise_to_pay' ? proposal.date : date
  const days = promised === null ? null : daysAhead(promised, context)
  const earlier = context.dunning?.earlierPauses ?? 0
  if (context.dunning?.frozen) return ASK('the dunning case is frozen')
  if (earlier >= most) return ASK('the case was paused before')
  if (days === null || days > LONGEST_PAUSE_DAYS)
    return ASK(`more than ${LONGEST_PAUSE_DAYS} days need a person's approval`)
  if (earlier > 0 && isSpotChecked(keyed.key)) return ASK('a spot check of what is done alone')
  const which = earlier === 0 ? 'the first of this case' : `number ${earlier + 1} of this case`
  return EXECUTE(`${proposal.kind} within ${LONGEST_PAUSE_DAYS} days, ${which}`)
}

function instantOrNull(text: string): Instant | null {
  try {
    return Temporal.Instant.from(text)
  } catch {
    return null
  }
}
