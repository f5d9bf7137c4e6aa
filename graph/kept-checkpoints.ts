/** LangGraph's channels that say which node comes next. */
const NEXT = 'branch:to:'

/**
 * Nodes that act, ask or wait. What they go by must be the same after a kill: another draft would be another mail.
 */
const KEPT_BEFORE = ['act', 'escalate', 'wait_human'].map((node) => `${NEXT}${node}`)

/**
 * Whether a checkpoint is worth a commit. The steps before it are worked out again from rows, at no cost where no model
 * was asked; the steps after it do nothing twice, and how a run ended stands in its row.
 */
export function isWorthKeeping(channels: Readonly<Record<string, unknown>>): boolean {
  if (KEPT_BEFORE.some((channel) => channel in channels)) return true
  const { calls } = channels
  const isPaidFor = Array.isArray(calls) && calls.length > 0
  return isPaidFor && Object.keys(channels).some((channel) => channel.startsWith(NEXT))
}
