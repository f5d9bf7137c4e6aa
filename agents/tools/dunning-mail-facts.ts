import type { Facts } from '#src/approvals/gate-text.ts'
import type { DunningMailPlan } from '#src/collections/plan-mail.ts'
import { dayText, moneyText, safeText } from './format.ts'
import { languageOfLocale, type Language } from './language.ts'

/** Facts of a scheduled mail, formatted for the customer. Why the bank declined is not among them. */
export function dunningMailFacts(
  plan: DunningMailPlan,
  publicUrl: string,
): { language: Language; facts: Facts } {
  const language = languageOfLocale(plan.locale)
  const { facts } = plan
  const reader = {
    locale: plan.locale.startsWith(language) ? plan.locale : language,
    timeZone: plan.timeZone,
  }
  return {
    language,
    facts: {
      'contact.name': safeText(facts.contactName) || safeText(facts.companyName),
      'seller.name': facts.sellerName,
      'account.name': safeText(facts.companyName),
      'invoice.number': facts.invoiceNumber,
      'invoice.open': moneyText(facts.openMinor, facts.currency, reader),
      'invoice.link': `${publicUrl}/i/${facts.publicToken}`,
      ...(facts.dueAt ? { 'invoice.due': dayText(facts.dueAt, reader) } : {}),
      ...(facts.confirmLink === null ? {} : { 'payment.confirm_link': facts.confirmLink }),
    },
  }
}
