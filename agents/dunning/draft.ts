import { gateText, type Facts } from '#src/approvals/gate-text.ts'
import type { DunningMailPlan } from '#src/collections/plan-mail.ts'
import type { Model } from '#src/gateways/model/model.ts'
import { askModel, type CallRecord } from '../ask-model.ts'
import { promptNamed } from '../prompt.ts'
import { compose } from '../texts/compose.ts'
import type { Template, TextKey } from '../texts/keys.ts'
import type { Language } from '../tools/language.ts'
import { DUNNING_MAIL_CONTRACT } from './contract.ts'

/** The text of a scheduled mail, placeholders still in it, and who wrote it. */
export interface DunningDraft extends Template {
  readonly author: 'model' | 'rules'
  readonly record: CallRecord | null
}

/**
 * Words a scheduled mail. A model may phrase it; what does not pass the gates gives way to the offline text. Null when
 * a fact that the text needs is missing.
 */
export async function draftDunningMail(
  input: { plan: Pick<DunningMailPlan, 'tone' | 'advice'>; language: Language; facts: Facts },
  model: Model | null,
): Promise<DunningDraft | null> {
  const { plan, language, facts } = input
  const offline = compose(language, [textFor(plan), 'dunning.generic'], facts)
  if (!offline) return null
  const { answer, record } = await askModel(model, {
    purpose: 'dunning_mail',
    prompt: promptNamed('dunning-mail'),
    contract: DUNNING_MAIL_CONTRACT,
    input: { language, tone: plan.tone, advice: plan.advice, example: offline, facts },
  })
  const asked = model === null ? null : record
  const link = plan.tone === 'confirm' ? 'payment.confirm_link' : 'invoice.link'
  const passes =
    answer !== null &&
    answer.text.includes(`{{fact:${link}}}`) &&
    gateText(`${answer.subject}\n${answer.text}`, { facts, author: 'model', language }).length === 0
  return passes
    ? { ...answer, author: 'model', record: asked }
    : { ...offline, author: 'rules', record: asked }
}

/** The offline text of a stage; the first mail speaks by what the customer can do. */
function textFor({ tone, advice }: Pick<DunningMailPlan, 'tone' | 'advice'>): TextKey {
  if (tone !== 'first') return `dunning.${tone}`
  return advice === 'neutral' ? 'dunning.first' : `dunning.${advice}`
}
