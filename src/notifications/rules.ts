/** Whether an endpoint's filters ask for this event type. */
export function isSubscribed(filters: readonly string[], type: string): boolean {
  return filters.some((filter) =>
    filter === '*' || filter.endsWith('.*')
      ? type.startsWith(filter.slice(0, -1))
      : filter === type,
  )
}

/**
 * Attempts of one delivery. With the queue's backoff (hourly at last) a hundred take about three days; a sandbox
 * gives up within a minute, since its test clock waits for unfinished work.
 */
export function deliveryAttempts(mode: 'live' | 'sandbox'): number {
  return mode === 'live' ? 100 : 5
}

/** What the receiver's answer means (Standard Webhooks): 2xx is delivered, 410 wants no more, the rest is tried again. */
export function judgeAnswer(status: number): 'delivered' | 'gone' | 'again' {
  if (status >= 200 && status < 300) return 'delivered'
  return status === 410 ? 'gone' : 'again'
}
