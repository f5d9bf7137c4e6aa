import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { BillingStatus, GraphState, REASON_CODES, ROUTES } from '#graph/state.ts'
import { AppError } from '#src/kernel/errors.ts'
import { hashOf } from '#src/kernel/canonical.ts'

/** A labelled case in shorthand: a mail (subject, text), a provider event or an anomaly. */
export const RoutingCase = z.strictObject({
  id: z.string(),
  category: z.string(),
  split: z.enum(['dev', 'test']),
  subject: z.string().default(''),
  text: z.string().optional(),
  event: z
    .strictObject({
      type: z.string(),
      decline: z.string().optional(),
      metadata: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  anomaly: z
    .strictObject({
      metric: z.string(),
      observed: z.number(),
      expected: z.number(),
      score: z.number(),
    })
    .optional(),
  sender: z.enum(['verified', 'unverified', 'automatic']).default('verified'),
  billingStatus: BillingStatus.default('active'),
  account: z.record(z.string(), z.unknown()).default({}),
  route: z.enum(ROUTES),
  reasonCode: z.enum(REASON_CODES).optional(),
  why: z.string(),
})
export type RoutingCase = z.infer<typeof RoutingCase>

const CASES = new URL('../cases/routing/', import.meta.url)
const Lock = z.object({ count: z.number(), sha256: z.string() })

/**
 * All labelled cases, by id. Throws `invalid_input` where a case is malformed or double, and
 * `conflict` where the test half is not the one that was locked: nobody tunes rules by editing it.
 */
export function loadRoutingCases(): RoutingCase[] {
  const cases = readdirSync(CASES)
    .filter((name) => name.endsWith('.yaml'))
    .flatMap(casesOfFile)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const double = cases.find(({ id }, at) => cases[at + 1]?.id === id)
  if (double) throw new AppError('invalid_input', `two eval cases are called ${double.id}`)
  requireLockedTestHalf(cases)
  return cases
}

function casesOfFile(name: string): RoutingCase[] {
  const parsed = z.array(RoutingCase).safeParse(parse(readFileSync(new URL(name, CASES), 'utf8')))
  if (parsed.success) return parsed.data
  throw new AppError('invalid_input', `${name}: ${z.prettifyError(parsed.error)}`)
}

function requireLockedTestHalf(cases: readonly RoutingCase[]): void {
  const lock = Lock.parse(JSON.parse(readFileSync(new URL('test.lock.json', CASES), 'utf8')))
  const found = lockOf(cases)
  if (found.sha256 === lock.sha256 && found.count === lock.count) return
  throw new AppError(
    'conflict',
    `The test half has changed (${found.count} cases, ${found.sha256}; locked ${lock.count}, ${lock.sha256}). New cases belong to dev; a wrong label is mended together with test.lock.json, with its reason.`,
  )
}

function lockOf(cases: readonly RoutingCase[]): z.infer<typeof Lock> {
  const test = cases.filter(({ split }) => split === 'test')
  return { count: test.length, sha256: hashOf(test) }
}

/** The state a case stands for. */
export function stateOfCase(given: RoutingCase): GraphState {
  return GraphState.parse({
    orgId: 'org_eval',
    userId: `cus_${given.id}`,
    workflowId: `wf_${given.id}`,
    billingStatus: given.billingStatus,
    sender: { trust: given.sender },
    account: given.account,
    trigger: triggerOf(given),
  })
}

function triggerOf({ id, event, anomaly, subject, text }: RoutingCase): unknown {
  if (event) {
    const last_payment_error = { code: 'card_declined', decline_code: event.decline }
    const object = { id: `pi_${id}`, metadata: event.metadata ?? {}, last_payment_error }
    return {
      type: 'stripe_event',
      payload: { id: `evt_${id}`, type: event.type, data: { object } },
    }
  }
  if (anomaly) {
    const hour = { from: '2026-02-14T02:00:00Z', to: '2026-02-14T03:00:00Z' }
    return { type: 'usage_anomaly', payload: { ...anomaly, ...hour } }
  }
  const payload = {
    messageId: `<${id}@customer.example>`,
    from: 'finance@customer.example',
    subject,
    text: text ?? '',
    receivedAt: '2026-03-02T09:00:00Z',
  }
  return { type: 'customer_query', payload }
}
