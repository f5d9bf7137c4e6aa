import type { Ctx } from '#db/context.ts'
import type { Customer } from '#src/customers/load-customer.ts'
import { isBefore, type Instant } from '#src/kernel/time.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { earlierMails, mailKey, repliedLately } from './case-mails.ts'
import { caseFacts, loadInvoiceRow, loadSetting, lockCase } from './case-rows.ts'
import { draftMail } from './draft-mail.ts'
import { factsOf, type DunningFacts } from './mail-facts.ts'
import { adviceOf, mayWrite, toneOf, type MailAdvice, type MailTone } from './mail-rules.ts'
import { nextMailSlot } from './mail-slot.ts'

/** A mail that may be written now. The decline itself is not in it: what it advises is all a customer may read. */
export interface DunningMailPlan {
  readonly caseId: string
  readonly step: string
  readonly customerId: string
  /** `action_required` is no dunning: no quiet hours, no caps (DUNNING_POLICY §4). */
  readonly purpose: 'dunning' | 'action_required'
  readonly tone: MailTone
  readonly advice: MailAdvice
  /** No dunning mail of this case went out before. */
  readonly isFirst: boolean
  readonly locale: string
  readonly timeZone: string
  readonly audience: Customer['audience']
  readonly sendAt: Instant
  readonly facts: DunningFacts
}

const WAIT_FOR_PAYMENT_HOURS = 1
const WAIT_AFTER_REPLY_HOURS = 24

/**
 * The mail of a step as things stand, or null: recovered, frozen, paused, on hold, sent already, no contact, or the
 * cycle's mails used up. While a charge is in flight, or the customer's own mail lies unanswered, the draft is put off
 * and the answer is null too. Locks the case.
 * @throws not_found
 */
export async function planDunningMail(
  ctx: Ctx,
  input: { caseId: string; step: string },
): Promise<DunningMailPlan | null> {
  const row = await lockCase(ctx, input.caseId)
  const invoice = await loadInvoiceRow(ctx, row.invoiceId)
  const setting = await loadSetting(ctx, row)
  const tone = toneOf(input.step, caseFacts(row), setting.policy)
  const advice = adviceOf(caseFacts(row).declineClass, row.nextRetryAt !== null)
  const open =
    invoice.status === 'finalized' && !row.endedAt && mayWrite(input.step, caseFacts(row))
  const paused = row.pausedUntil !== null && isBefore(ctx.now, row.pausedUntil)
  if (!open || paused || setting.customer.manualHold || tone === null || advice === null)
    return null
  const mails = await earlierMails(ctx, row.customerId)
  if (mails.some(({ key }) => key === mailKey(row.id, input.step))) return null
  if (setting.circumstances.paymentInFlight) return putOff(ctx, input, WAIT_FOR_PAYMENT_HOURS)
  if (tone !== 'confirm' && (await repliedLately(ctx, row)))
    return putOff(ctx, input, WAIT_AFTER_REPLY_HOURS)
  const { timeZone, audience, locale } = setting.customer
  const sendAt =
    tone === 'confirm'
      ? ctx.now
      : nextMailSlot(
          ctx.now,
          timeZone,
          audience,
          mails.map(({ at }) => at),
        )
  if (sendAt === null) return skip(ctx, input)
  const facts = await factsOf(ctx, row, invoice, setting.customer)
  if (facts === null) return null
  return {
    ...input,
    customerId: row.customerId,
    purpose: tone === 'confirm' ? 'action_required' : 'dunning',
    tone,
    advice,
    isFirst: !mails.some(({ caseId }) => caseId === row.id),
    locale,
    timeZone,
    audience,
    sendAt,
    facts,
  }
}

async function putOff(
  ctx: Ctx,
  input: { caseId: string; step: string },
  hours: number,
): Promise<null> {
  const at = ctx.now.add({ hours })
  await draftMail(ctx, input.caseId, input.step, at, at.toString())
  return null
}

async function skip(ctx: Ctx, input: { caseId: string; step: string }): Promise<null> {
  await recordAudit(ctx, {
    action: 'dunning.mail_skipped',
    subject: { type: 'dunning_case', id: input.caseId },
    reason: 'the customer has had all dunning mails of this cycle',
    data: { step: input.step },
  })
  return null
}
