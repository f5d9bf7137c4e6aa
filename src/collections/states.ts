export type DunningState =
  | 'issued'
  | 'payment_attempted'
  | 'retry_scheduled'
  | 'reminder_sent'
  | 'urgent_notice'
  | 'manual_review'
  | 'final_notice'
  | 'closed'
  | 'recovered'

/** Forwards only (DUNNING_POLICY §3); `recovered` from any state when the money arrives, and final. */
export const DUNNING_TRANSITIONS: Readonly<Record<DunningState, readonly DunningState[]>> = {
  issued: ['payment_attempted', 'recovered'],
  payment_attempted: [
    'retry_scheduled',
    'reminder_sent',
    'urgent_notice',
    'manual_review',
    'recovered',
  ],
  retry_scheduled: ['reminder_sent', 'urgent_notice', 'manual_review', 'recovered'],
  reminder_sent: ['urgent_notice', 'manual_review', 'recovered'],
  urgent_notice: ['manual_review', 'recovered'],
  manual_review: ['final_notice', 'closed', 'recovered'],
  final_notice: ['closed', 'recovered'],
  closed: ['recovered'],
  recovered: [],
}

/** A person has the case: no automatic retry any more. */
export function isReviewed(state: DunningState): boolean {
  return state === 'manual_review' || state === 'final_notice'
}
