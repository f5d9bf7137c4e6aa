import { setTimeout as pause } from 'node:timers/promises'
import { Temporal } from '#src/kernel/time.ts'
import type { ApiClient } from './api-client.ts'

const POLL_MS = 25

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
  const settle = async () => {
    for (;;) {
      const { outbox } = await api.get<{ outbox: { due: number; running: number } | null }>(
        '/health/ready',
      )
      const { status } = await read()
      if (outbox && outbox.due === 0 && outbox.running === 0 && status === 'ready') return
      await pause(POLL_MS)
    }
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
