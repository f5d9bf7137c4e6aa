import type { Proposal } from '#src/approvals/shapes.ts'
import { compose } from '../texts/compose.ts'
import type { TextKey } from '../texts/keys.ts'
import { wordsOf, type CaseFile } from '../tools/case-file.ts'
import { pauseUntil } from '../tools/collection-facts.ts'
import { openMinor } from '../tools/invoice-facts.ts'
import { asksForCardChange } from '../tools/questions.ts'
import { hasAmbiguousDate, promiseDate } from '../tools/promise-date.ts'

/** The step that collections mails right after the first failure. */
const FIRST_STEP = 'day0'

const MORE_TIME =
  /\b(more time|extension|few (?:more )?days|extend|later|wait|mehr zeit|aufschub|fristverlängerung|später|stundung|plus de temps|délai|más tiempo|prórroga|più tempo|proroga|meer tijd|uitstel)\b/iu
const INSTALMENTS =
  /\b(instal?ments?|payment plan|in parts|part payments?|raten|ratenzahlung|teilzahlung|plusieurs fois|plazos|a rate|termijnen)\b/iu
const SUSPENDED =
  /\b(suspend\w*|blocked|locked|disabled|cut off|gesperrt|eingeschränkt|abgeschaltet|suspendue?|bloqué\w*|suspendid\w*|bloquead\w*|sospes\w*|bloccat\w*|geblokkeerd|opgeschort)\b/iu
const PAYING =
  /\b(pay|paid|payment|transfer|settle|zahl\w*|überweis\w*|begleich\w*|pai\w*|régl\w*|pag\w*|bonific\w*|betal\w*|overmak\w*)\b/iu

/** Answers a customer about a payment, or takes a failed payment on, from facts and the policy alone. */
export function dunningOffline(file: CaseFile): Proposal[] {
  return file.trigger.type === 'customer_query' ? answerCustomer(file) : takeOn(file)
}

/**
 * A failed payment: collections has moved the case, stopped it where the class demands and told a person; the agent
 * sees to the first mail where the policy leaves it open.
 */
function takeOn(file: CaseFile): Proposal[] {
  const { dunning, limits } = file.collection
  if (!dunning || !limits?.openSteps.includes(FIRST_STEP)) return []
  return [{ kind: 'send_dunning_message', caseId: dunning.id, step: FIRST_STEP }]
}

function answerCustomer(file: CaseFile): Proposal[] {
  const { invoice } = file.chosen
  const open = invoice !== null && openMinor(invoice) > 0n
  const words = wordsOf(file.trigger)
  // The page of an open invoice takes another card; without one a person sends the way to it.
  if (!open && asksForCardChange(words))
    return [{ kind: 'escalate', reason: 'The customer wants to change the card; nothing is open.' }]
  if (!open) return reply(file, ['reply.nothing_open'])
  const inCase = file.collection.dunning !== null
  if (INSTALMENTS.test(words))
    return [
      ...reply(file, ['holding']),
      { kind: 'payment_plan', reason: 'The customer asks to pay in parts.' },
    ]
  const date = promiseDate(words, file.now, file.account.timeZone)
  if (inCase && date !== null && PAYING.test(words))
    return [{ kind: 'promise_to_pay', date }, ...reply(file, ['reply.promise'])]
  if (inCase && date === null && PAYING.test(words) && hasAmbiguousDate(words))
    return reply(file, ['reply.which_date'], 'ask_back')
  if (inCase && MORE_TIME.test(words))
    return [
      { kind: 'pause_dunning', until: pauseUntil(file.now, file.account.timeZone) },
      ...reply(file, ['reply.pause']),
    ]
  if (file.account.status === 'suspended' && SUSPENDED.test(words))
    return reply(file, ['reply.suspended', 'reply.update_card'])
  return reply(file, ['reply.confirm', 'reply.update_card'])
}

function reply(
  file: CaseFile,
  keys: readonly TextKey[],
  kind: 'send_reply' | 'ask_back' = 'send_reply',
): Proposal[] {
  const template = compose(file.language, keys, file.facts)
  if (!template) return [{ kind: 'escalate', reason: 'The facts for an answer are missing.' }]
  return [{ kind, ...template }]
}
