import { setTimeout as pause } from 'node:timers/promises'
import { Temporal } from '#src/kernel/time.ts'
import type { ApiClient } from './api-client.ts'

/** Asking costs the one embedded database time that the work needs: the longer it lasts, the more seldom. */
const FIRST_POLL_MS = 20
const LONGEST_POLL_MS = 250

/** Acme's test clock, moved through the API; every wait ends with the work that was due being done. */
export interface DemoClock {
  /** True when the clock has passed the instant: the day was lived in an earlier run. */
  isPast(at: string): Promise<boolean>
  /** Walks to the instant (not at all when it is past) and waits until all work due by then is done. */
  reach(at: string): Promise<void>
  /** Waits until no work is due. */
  settle(): Promise<void>
}

export function demoClock(api: ApiClient): DemoClock {
  const read = () => api.get<{ now: string; status: string }>('/api/test-clock')
  /** Where the clock stands against the instant: negative before it, zero at it. */
  const compare = async (at: string) =>
    Temporal.Instant.compare(Temporal.Instant.from((await read()).now), Temporal.Instant.from(at))
  const isSettled = async () => {
    if ((await read()).status !== 'ready') return false
    const { outbox } = await api.get<{ outbox: { due: number; running: number } | null }>(
      '/health/ready',
    )
    return outbox?.due === 0 && outbox.running === 0
  }
  const settle = async () => {
    for (
      let wait = FIRST_POLL_MS;
      !(await isSettled());
      wait = Math.min(wait * 1.5, LONGEST_POLL_MS)
    )
      await pause(wait)
  }
  return {
    isPast: async (at) => (await compare(at)) > 0,
    settle,
    reach: async (at) => {
      if ((await compare(at)) < 0) await api.post('/api/test-clock', { advanceTo: at })
      await settle()
    },
  }
}
