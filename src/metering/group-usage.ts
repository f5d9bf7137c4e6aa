import type { Scope } from '#db/context.ts'
import { AppError } from '#src/kernel/errors.ts'
import { customerOf } from './event-forms.ts'
import { recordUsage } from './record-usage.ts'
import type { RecordedUsage } from './shapes.ts'

const MAX_GROUP = 500
/** One is written while the other waits for the disk. */
const COMMITS_IN_FLIGHT = 2

interface Waiting {
  readonly scope: Scope
  readonly body: unknown
  readonly resolve: (answer: RecordedUsage) => void
  readonly reject: (error: unknown) => void
}

/**
 * Puts single events that arrive while a commit is under way into the next one, per organisation: many connections
 * share a commit, and a lone event waits for nobody. Each is answered only when its own commit is durable.
 */
export function usageGrouper(): (scope: Scope, body: unknown) => Promise<RecordedUsage> {
  const groups = new Map<string, { queue: Waiting[]; inFlight: number }>()

  const drain = async (orgId: string, group: { queue: Waiting[]; inFlight: number }) => {
    group.inFlight += 1
    while (group.queue.length > 0) await recordGroup(group.queue.splice(0, MAX_GROUP))
    group.inFlight -= 1
    if (group.inFlight === 0) groups.delete(orgId)
  }
  return (scope, body) =>
    new Promise((resolve, reject) => {
      const group = groups.get(scope.orgId) ?? { queue: [], inFlight: 0 }
      groups.set(scope.orgId, group)
      group.queue.push({ scope, body, resolve, reject })
      if (group.inFlight < COMMITS_IN_FLIGHT) void drain(scope.orgId, group)
    })
}

async function recordGroup(group: readonly Waiting[]): Promise<void> {
  const [first] = group
  if (!first) return
  try {
    const recorded = await recordUsage(first.scope, { events: group.map(({ body }) => body) })
    group.forEach(({ body, resolve, reject }, index) => {
      const answer = answerAt(recorded, index, body)
      if (answer) resolve(answer)
      else reject(new AppError('internal', 'an event without an answer'))
    })
  } catch (error) {
    for (const { reject } of group) reject(error)
  }
}

/** What a delivery of this event alone would have answered. */
function answerAt(recorded: RecordedUsage, index: number, body: unknown): RecordedUsage | null {
  const result = recorded.results[index]
  if (!result) return null
  const customerId = customerOf(body)
  const status = customerId === undefined ? undefined : recorded.accounts?.[customerId]
  return {
    results: [result],
    accepted: result.status === 'accepted' ? 1 : 0,
    duplicate: result.status === 'duplicate' ? 1 : 0,
    rejected: result.status === 'rejected' ? 1 : 0,
    ...(customerId === undefined || status === undefined
      ? {}
      : { accounts: { [customerId]: status } }),
  }
}
