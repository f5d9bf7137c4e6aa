import type { Proposal } from '#src/approvals/shapes.ts'
import { compose, listed } from '../texts/compose.ts'
import { wordsOf, type CaseFile } from '../tools/case-file.ts'

const CAP =
  /\b(cap|limit|stop at|budget|deckel\w*|begrenz\w*|obergrenze|limiter|plafond|límite|limitar|limite|limitare|limiet|begrenzen)\b/iu

/** Explains usage from facts alone; a wish for a cap goes to a person with the reply. */
export function anomalyOffline(file: CaseFile): Proposal[] {
  const { facts, language, trigger } = file
  const metric = facts['usage.metric']
  const lines = [...listed(facts, 'usage.driver'), ...listed(facts, 'usage.day').slice(0, 3)]
  if (trigger.type !== 'customer_query') {
    const alert = compose(language, ['anomaly.alert_cost', 'anomaly.alert'], facts, lines)
    if (!alert || metric === undefined)
      return [{ kind: 'escalate', reason: 'The usage behind the alarm cannot be described.' }]
    return [{ kind: 'usage_alert', metric, ...alert }]
  }
  const reply = compose(language, ['anomaly.reply', 'anomaly.usage', 'anomaly.none'], facts, lines)
  if (!reply) return [{ kind: 'escalate', reason: 'The facts for an answer are missing.' }]
  const asked = metric !== undefined && CAP.test(wordsOf(trigger))
  return [
    { kind: 'send_reply', ...reply },
    ...(asked
      ? [{ kind: 'usage_cap' as const, metric, reason: 'The customer asks for a limit.' }]
      : []),
  ]
}
