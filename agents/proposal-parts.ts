import { z } from 'zod/v3'

const draft = { subject: z.string().max(200), text: z.string().max(8_000) }
const because = { reason: z.string().max(500) }

/** What models can propose, written once. None of them carries a date, an amount or a recipient: code adds those. */
export const PARTS = {
  sendReply: z.object({ kind: z.literal('send_reply'), ...draft }).strict(),
  askBack: z.object({ kind: z.literal('ask_back'), ...draft }).strict(),
  promiseToPay: z.object({ kind: z.literal('promise_to_pay') }).strict(),
  pauseDunning: z.object({ kind: z.literal('pause_dunning') }).strict(),
  paymentPlan: z.object({ kind: z.literal('payment_plan'), ...because }).strict(),
  attachInvoice: z.object({ kind: z.literal('attach_invoice') }).strict(),
  proposeCredit: z
    .object({ kind: z.literal('propose_credit'), ...because, factKey: z.string().max(80) })
    .strict(),
  usageAlert: z.object({ kind: z.literal('usage_alert'), ...draft }).strict(),
  usageCap: z.object({ kind: z.literal('usage_cap'), ...because }).strict(),
  escalate: z.object({ kind: z.literal('escalate'), ...because }).strict(),
} as const
