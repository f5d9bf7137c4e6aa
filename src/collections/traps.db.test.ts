import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import type { Ctx } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { messages, threads } from '#db/schema/inbox.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { webhookDeliveries } from '#db/schema/notifications.ts'
import { disputes, payments, providerEvents } from '#db/schema/payments.ts'
import { auditLog } from '#db/schema/tenancy.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { changeAccountStatus } from '#src/customers/change-account-status.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInstant, type Instant } from '#src/kernel/time.ts'
import { createEndpoint } from '#src/notifications/endpoints.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { advanceCase } from './advance-case.ts'
import { chargeAllowed } from './charge-allowed.ts'
import { checkDunningSteps } from './checks.ts'
import { closeCase, sendFinalNotice } from './close-case.ts'
import { commitDunningMail } from './commit-mail.ts'
import { freezeCase, resumeCase } from './freeze-case.ts'
import { holdCustomer } from './hold-customer.ts'
import { pauseCase } from './pause-case.ts'
import { planDunningMail } from './plan-mail.ts'
import { promiseToPay } from './promise-to-pay.ts'
import { recordPaymentFailure } from './record-failure.ts'
import { recordRecovery } from './record-recovery.ts'
import { scheduleRetry } from './schedule-retry.ts'
import { AGENT, bill, dunningWorld, pay, PERSON, settle } from './testing/dunning-world.ts'

const SUNDAY = '2026-03-01T12:00:00Z'
const DAY3 = '2026-03-04T12:00:00Z'
const DAY14 = '2026-03-15T12:00:00Z'

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'accepted'
  } catch (error) {
    return error instanceof AppError ? error.code : String(error)
  }
}

describeOnDatabases('the traps of dunning (DUNNING_POLICY §3)', (world) => {
  let made = 0

  /** A fresh organisation with customer 1, whose invoice inv_1 failed on the Sunday. */
  async function failed(code = 'expired_card') {
    made += 1
    await world().addOrg(`org_trap_${made}`)
    const org = dunningWorld(world(), `org_trap_${made}`)
    await org.debtor('1')
    const opened = await org.fail(SUNDAY, 'inv_1', code)
    const caseId = opened?.caseId ?? ''
    const now = (when: string = DAY14) =>
      org.at(when, async (ctx) => {
        const [row] = await ctx.db.select().from(dunningCases).where(eq(dunningCases.id, caseId))
        const { status } = await loadCustomer(ctx, '1')
        return { ...row, account: status }
      })
    const plan = (when: string, step: string) =>
      org.at(when, (ctx) => planDunningMail(ctx, { caseId, step }))
    const write = (when: string, step: string) =>
      org.at(when, (ctx) => commitDunningMail(ctx, { caseId, step, subject: 's', text: 't' }))
    const queue = () =>
      org.at(DAY14, async (ctx) =>
        (await ctx.db.select().from(escalations)).map(({ reason }) => reason).sort(),
      )
    return { ...org, caseId, now, plan, write, queue }
  }

  async function customerWrites(ctx: Ctx): Promise<void> {
    await ctx.db.insert(threads).values({
      orgId: ctx.orgId,
      id: 'thr_1',
      customerId: '1',
      subject: 'Card',
      automatedReplies: 0,
      createdAt: ctx.now,
    })
    await ctx.db.insert(messages).values({
      orgId: ctx.orgId,
      id: 'msg_in',
      threadId: 'thr_1',
      customerId: '1',
      direction: 'in',
      key: '<a@b>',
      messageId: '<a@b>',
      from: 'billing@c1.example',
      to: 'x@y.example',
      subject: 'Card',
      text: 'We are on it.',
      trust: 'verified',
      purpose: 'inbound',
      status: 'received',
      headers: {},
      createdAt: ctx.now,
    })
  }

  it('counts a failure once, however often and from however many sides its webhook comes', async () => {
    const { at, now, caseId } = await failed()
    const again = () =>
      at(SUNDAY, (ctx) =>
        recordPaymentFailure(ctx, {
          invoiceId: 'inv_1',
          customerId: '1',
          paymentId: 'pay_inv_1_1',
          code: 'expired_card',
          declineCode: null,
          networkCode: null,
          kind: 'failed',
        }),
      )
    expect(await Promise.all([again(), again(), again()])).toEqual([
      { caseId },
      { caseId },
      { caseId },
    ])
    expect(await now()).toMatchObject({ failures: 1, account: 'past_due' })
  })

  it('is one case when two first failures arrive at the same moment', async () => {
    made += 1
    await world().addOrg(`org_trap_${made}`)
    const org = dunningWorld(world(), `org_trap_${made}`)
    await org.debtor('1')
    const tell = (paymentId: string) =>
      org.at(SUNDAY, (ctx) =>
        recordPaymentFailure(ctx, {
          invoiceId: 'inv_1',
          customerId: '1',
          paymentId,
          code: 'generic_decline',
          declineCode: null,
          networkCode: null,
          kind: 'failed',
        }),
      )
    const outcomes = await Promise.allSettled([tell('a'), tell('b')])
    if (outcomes.some(({ status }) => status === 'rejected'))
      await Promise.all([tell('a'), tell('b')])
    const rows = await org.at(SUNDAY, (ctx) => ctx.db.select().from(dunningCases))
    expect(rows.map(({ failures }) => failures)).toEqual([2])
  })

  it('sends nothing when the payment arrives between decision and sending', async () => {
    const { at, write, mails, now } = await failed()
    expect(await write(SUNDAY, 'day0')).not.toBeNull()
    expect(await mails()).toEqual(['1 day0 2026-03-02T07:00:00Z queued'])
    await at('2026-03-02T06:59:00Z', async (ctx) => {
      await settle(ctx, 'inv_1')
      await recordRecovery(ctx, { invoiceId: 'inv_1' })
      await recordRecovery(ctx, { invoiceId: 'inv_1' })
    })
    expect(await mails()).toEqual(['1 day0 2026-03-02T07:00:00Z withdrawn'])
    expect(await now()).toMatchObject({ state: 'recovered', account: 'active', nextStepAt: null })
    expect(await write('2026-03-02T08:00:00Z', 'day0')).toBeNull()
  })

  it('ignores a failure that comes after its predecessor was paid, and hands a later one to a person', async () => {
    const { at, fail, now, queue } = await failed('generic_decline')
    await at(DAY3, async (ctx) => {
      await settle(ctx, 'inv_1')
      await recordRecovery(ctx, { invoiceId: 'inv_1' })
    })
    expect(await fail(DAY3, 'inv_1', 'generic_decline')).toBeNull()
    // The payment was taken back later, and the next charge failed: recovered stays final.
    await at(DAY14, (ctx) =>
      ctx.db
        .update(invoices)
        .set({ status: 'finalized', paidMinor: 0n })
        .where(eq(invoices.id, 'inv_1')),
    )
    await fail(DAY14, 'inv_1', 'generic_decline')
    expect(await now()).toMatchObject({ state: 'recovered', failures: 1 })
    expect(await queue()).toEqual(['failed_after_end'])
  })

  it('asks for what is still open after a part payment, and goes on', async () => {
    const { at, plan } = await failed()
    await at(SUNDAY, (ctx) =>
      ctx.db.update(invoices).set({ paidMinor: 4_000n }).where(eq(invoices.id, 'inv_1')),
    )
    const planned = await plan('2026-03-02T09:00:00Z', 'day0')
    expect(planned).toMatchObject({ tone: 'first', advice: 'update_card', isFirst: true })
    expect(planned?.facts).toMatchObject({
      openMinor: 6_000n,
      daysSinceFailure: 1,
      contactName: 'Ada',
    })
  })

  it('stops at a dispute: no mail, no step, no charge, until a person lets it go on', async () => {
    const { at, caseId, plan, write, mails, runUntil, now } = await failed('generic_decline')
    await runUntil('2026-03-04T12:00:00Z')
    await write('2026-03-04T12:00:00Z', 'day3')
    const freeze = () =>
      at(DAY3, (ctx) => freezeCase(ctx, { customerId: '1', reason: 'dispute dp_1' }))
    expect(await freeze()).toEqual([caseId])
    expect(await freeze()).toEqual([])
    expect((await mails())[0]).toMatch(/withdrawn$/)
    await runUntil(DAY14)
    expect(await now()).toMatchObject({ state: 'reminder_sent', frozenReason: 'dispute dp_1' })
    expect(await plan(DAY14, 'day3')).toBeNull()
    const verdict = await at(DAY14, (ctx) =>
      chargeAllowed(ctx, {
        invoiceId: 'inv_1',
        fingerprint: 'fp_other',
        currency: 'EUR',
        amountMinor: 1n,
        cause: 'card_updated:pm_2',
      }),
    )
    expect(verdict).toEqual({ allowed: false, reason: 'frozen: dispute dp_1' })
    await at(DAY14, (ctx) => resumeCase(ctx, { caseId, reason: 'won' }))
    await runUntil(DAY14)
    expect(await now()).toMatchObject({ state: 'urgent_notice', frozenReason: null })
  })

  it('sends a fraud decline’s generic mail though the agent stops the case, until another reason stops it too', async () => {
    const { at, plan, write, mails, runUntil, now } = await failed('stolen_card')
    const stop = (forFraud: boolean) =>
      at(SUNDAY, (ctx) => freezeCase(ctx, { customerId: '1', reason: 'stop', forFraud }))
    // Stopped before the mail is written, and again after.
    expect(await stop(true)).toHaveLength(1)
    expect(await plan(SUNDAY, 'day0')).toMatchObject({ tone: 'first', advice: 'generic' })
    expect(await write(SUNDAY, 'day0')).not.toBeNull()
    expect(await stop(true)).toEqual([])
    expect(await mails()).toEqual(['1 day0 2026-03-02T07:00:00Z queued'])
    await runUntil(DAY14)
    expect(await now()).toMatchObject({ state: 'payment_attempted' })
    expect(await plan(DAY14, 'day3')).toBeNull()
    expect(await stop(false)).toHaveLength(1)
    expect(await mails()).toEqual(['1 day0 2026-03-02T07:00:00Z withdrawn'])
  })

  it('takes the question to a person back when the money arrives', async () => {
    const { at, caseId, runUntil } = await failed()
    await runUntil(DAY14)
    await at(DAY14, async (ctx) => {
      await settle(ctx, 'inv_1')
      await recordRecovery(ctx, { invoiceId: 'inv_1' })
    })
    const [item] = await at(DAY14, (ctx) => ctx.db.select().from(escalations))
    expect(item).toMatchObject({ reason: 'manual_review', status: 'resolved' })
    const audited = await at(DAY14, (ctx) =>
      ctx.db
        .select()
        .from(auditLog)
        .where(eq(auditLog.subjectId, item?.id ?? '')),
    )
    expect(audited.map(({ action, reason }) => `${action}: ${reason}`)).toContain(
      'escalation.resolved: nothing is owed on the invoice any more',
    )
    expect(item?.runId).toBe(`none:dunning:${caseId}`)
  })

  it('opens a case frozen while a dispute is open', async () => {
    made += 1
    await world().addOrg(`org_trap_${made}`)
    const org = dunningWorld(world(), `org_trap_${made}`)
    await org.debtor('1')
    await org.at(SUNDAY, (ctx) =>
      ctx.db.insert(disputes).values({
        orgId: ctx.orgId,
        id: 'dp_1',
        customerId: '1',
        currency: 'EUR',
        amountMinor: 1n,
        status: 'needs_response',
        openedAt: ctx.now,
      }),
    )
    await org.fail(SUNDAY, 'inv_1', 'insufficient_funds')
    const [row] = await org.at(SUNDAY, (ctx) => ctx.db.select().from(dunningCases))
    expect(row).toMatchObject({ declineClass: 'no_dunning', nextRetryAt: null })
    expect(row?.frozenReason).not.toBeNull()
  })

  it('does not write over the customer’s own unanswered mail', async () => {
    const { at, plan } = await failed()
    await at('2026-03-01T13:00:00Z', customerWrites)
    expect(await plan('2026-03-02T09:00:00Z', 'day0')).toBeNull()
    expect(await plan('2026-03-05T09:00:00Z', 'day0')).not.toBeNull()
  })

  it('waits while the answer to a charge is unknown: no step, no mail', async () => {
    const { at, plan, caseId, now } = await failed()
    await at(SUNDAY, (ctx) => pay(ctx, 'inv_1', { status: 'unknown' }))
    const decision = await at(DAY3, (ctx) => advanceCase(ctx, { caseId }))
    expect(decision.kind).toBe('wait')
    expect(await plan(DAY3, 'day0')).toBeNull()
    expect((await now()).state).toBe('payment_attempted')
    await at(DAY3, (ctx) =>
      ctx.db.update(payments).set({ status: 'failed' }).where(eq(payments.status, 'unknown')),
    )
    await at(DAY3, (ctx) => advanceCase(ctx, { caseId }))
    expect((await now()).state).toBe('reminder_sent')
  })

  it('leaves a held account alone and goes on when the hold is lifted', async () => {
    const { at, runUntil, now, plan } = await failed()
    const hold = (when: string, on: boolean) =>
      at(when, (ctx) => holdCustomer(ctx, { customerId: '1', hold: on, reason: 'key account' }))
    await hold(SUNDAY, true)
    await hold(SUNDAY, true)
    await runUntil(DAY3)
    expect(await plan(DAY3, 'day0')).toBeNull()
    expect((await now()).state).toBe('payment_attempted')
    await hold('2026-03-05T12:00:00Z', false)
    await runUntil('2026-03-05T12:00:00Z')
    expect((await now()).state).toBe('reminder_sent')
  })

  it('rests until the promised day has passed in the customer’s zone, and resumes when it is broken', async () => {
    const { at, caseId, runUntil, now, plan } = await failed('generic_decline')
    const promise = () => at(SUNDAY, (ctx) => promiseToPay(ctx, { caseId, date: '2026-03-06' }))
    const { pausedUntil } = await promise()
    expect(pausedUntil.toString()).toBe('2026-03-06T23:00:00Z')
    await promise()
    const charges: string[] = []
    const onCharge = (_invoice: string, cause: string) => Promise.resolve(charges.push(cause))
    await runUntil('2026-03-06T22:59:59Z', onCharge)
    expect(await now()).toMatchObject({ state: 'retry_scheduled' })
    expect(await plan('2026-03-06T12:00:00Z', 'day3')).toBeNull()
    await runUntil('2026-03-06T23:00:00Z', onCharge)
    expect(charges).toHaveLength(1)
    expect(await now()).toMatchObject({ state: 'reminder_sent', pausedUntil: null })
    expect(await codeOf(at(DAY3, (ctx) => promiseToPay(ctx, { caseId, date: 'soon' })))).toBe(
      'invalid_input',
    )
  })

  it('plans an agent’s retry inside the limits only', async () => {
    const { at, caseId, runUntil } = await failed('insufficient_funds')
    const retry = (when: string, instant: string) =>
      codeOf(
        at(
          when,
          (ctx) => scheduleRetry(ctx, { caseId, at: parseInstant(instant), reason: 'payday' }),
          AGENT,
        ),
      )
    expect(await retry(SUNDAY, '2026-03-01T20:00:00Z')).toBe('refused')
    expect(await retry(SUNDAY, '2026-03-20T09:00:00Z')).toBe('refused')
    expect(await retry(SUNDAY, '2026-03-05T09:00:00Z')).toBe('accepted')
    const charges: string[] = []
    await runUntil(DAY14, (_invoice, cause, when: Instant) =>
      Promise.resolve(charges.push(`${cause.split(':')[1]} ${when.toString()}`)),
    )
    expect(charges).toEqual(['day3 2026-03-05T09:00:00Z'])
    const expired = await failed('expired_card')
    const other = { caseId: expired.caseId, at: parseInstant(DAY3), reason: 'x' }
    expect(await codeOf(expired.at(SUNDAY, (ctx) => scheduleRetry(ctx, other)))).toBe('refused')
  })

  it('tells a person of fraud and of a withdrawn mandate, and the customer neither', async () => {
    const fraud = await failed('stolen_card')
    expect(await fraud.queue()).toEqual(['fraud_class'])
    expect(await fraud.plan(SUNDAY, 'day0')).toMatchObject({ advice: 'generic' })
    const mandate = await failed('stop_payment_order')
    expect(await mandate.queue()).toEqual(['mandate_withdrawn'])
    await mandate.runUntil(DAY14)
    expect(await mandate.now()).toMatchObject({ state: 'payment_attempted', nextRetryAt: null })
    expect(await mandate.mails()).toEqual([])
  })

  it('mails a confirmation link at once, Sunday or not, and not as dunning', async () => {
    made += 1
    await world().addOrg(`org_trap_${made}`)
    const org = dunningWorld(world(), `org_trap_${made}`)
    await org.debtor('1')
    await org.at(SUNDAY, async (ctx) => {
      await pay(ctx, 'inv_1', { status: 'requires_action' })
      await recordPaymentFailure(ctx, {
        invoiceId: 'inv_1',
        customerId: '1',
        paymentId: 'pay_inv_1_1',
        code: 'authentication_required',
        declineCode: null,
        networkCode: null,
        kind: 'requires_action',
      })
    })
    await org.runUntil(SUNDAY)
    const rows = await org.at(SUNDAY, (ctx) => ctx.db.select().from(messages))
    expect(rows.map(({ purpose, sendAt }) => [purpose, sendAt?.toString()])).toEqual([
      ['action_required', SUNDAY],
    ])
  })

  it('tells subscribed programs of each transition and of the suspension, once', async () => {
    const { at, runUntil } = await failed()
    await at(SUNDAY, (ctx) =>
      createEndpoint(ctx, {
        url: 'https://hooks.example/x',
        events: ['dunning.*', 'subscription.*'],
      }),
    )
    await runUntil(DAY14)
    await runUntil(DAY14)
    const rows = await at(DAY14, (ctx) => ctx.db.select().from(webhookDeliveries))
    expect(rows.map(({ type }) => type).sort()).toEqual([
      'dunning.manual_review',
      'dunning.reminder_sent',
      'dunning.urgent_notice',
      'subscription.suspended',
    ])
  })

  it('tells subscribed programs of the failed charge and of the question to a person, once each', async () => {
    const { at, runUntil, fail } = await failed()
    await at(SUNDAY, (ctx) =>
      createEndpoint(ctx, {
        url: 'https://hooks.example/x',
        events: ['invoice.failed', 'escalation.created'],
      }),
    )
    await fail('2026-03-02T12:00:00Z', 'inv_1', 'expired_card', 'card_updated:pm_2')
    await runUntil(DAY14)
    await runUntil(DAY14)
    const rows = await at(DAY14, (ctx) => ctx.db.select().from(webhookDeliveries))
    expect(rows.map(({ key }) => key.replace(/esc_.*/, 'esc')).sort()).toEqual([
      'escalation.created:esc',
      'invoice.failed:pay_inv_1_2',
    ])
  })

  it('reviews on day 14 before it suspends; an agent cannot lift that, a person can until day 21', async () => {
    const { at, caseId, runUntil, now, queue } = await failed()
    await runUntil(DAY14)
    expect(await now()).toMatchObject({ state: 'manual_review', account: 'suspended' })
    expect(await queue()).toEqual(['manual_review'])
    const defer = (until: string, actor = PERSON) =>
      codeOf(
        at(
          DAY14,
          (ctx) => pauseCase(ctx, { caseId, until: parseInstant(until), reason: 'talking' }),
          actor,
        ),
      )
    expect(await defer('2026-03-20T08:00:00Z', AGENT)).toBe('refused')
    expect(await defer('2026-03-24T08:00:00Z')).toBe('invalid_input')
    expect(await defer('2026-03-20T08:00:00Z')).toBe('accepted')
    expect(await now()).toMatchObject({ account: 'past_due' })
    await runUntil('2026-03-20T08:00:00Z')
    expect(await now()).toMatchObject({ state: 'manual_review', account: 'suspended' })
  })

  it('proposes the end on day 28; only a person closes, and money still recovers it', async () => {
    const { at, caseId, runUntil, now, queue } = await failed()
    await runUntil('2026-03-29T12:00:00Z')
    expect(await now()).toMatchObject({ state: 'manual_review', nextStep: null })
    expect(await queue()).toEqual(['dunning_exhausted', 'manual_review'])
    const close = (actor = PERSON) =>
      codeOf(
        at(
          '2026-03-30T12:00:00Z',
          (ctx) => closeCase(ctx, { caseId, reason: 'agreed', writeOff: false }),
          actor,
        ),
      )
    expect(await close(AGENT)).toBe('refused')
    expect(await close()).toBe('accepted')
    expect(await close()).toBe('accepted')
    expect(await now()).toMatchObject({ state: 'closed', account: 'churned' })
    await at('2026-04-02T12:00:00Z', async (ctx) => {
      await settle(ctx, 'inv_1')
      await recordRecovery(ctx, { invoiceId: 'inv_1' })
    })
    expect(await now()).toMatchObject({ state: 'recovered', account: 'churned' })
  })

  it('lets a person send the final notice from day 22 on, within the caps', async () => {
    const { at, caseId, runUntil, now } = await failed('generic_decline')
    await runUntil(DAY14)
    const notice = (when: string) =>
      at(when, (ctx) => sendFinalNotice(ctx, { caseId, subject: 's', text: 't' }), PERSON)
    expect(await codeOf(notice('2026-03-20T12:00:00Z'))).toBe('refused')
    // Days 3, 7 and 14 were mailed: one is left.
    expect((await notice('2026-03-23T12:00:00Z'))?.toString()).toBe('2026-03-23T12:00:00Z')
    expect((await now()).state).toBe('final_notice')
  })

  it('goes on collecting from an account that has left, but limits nothing there', async () => {
    const { at, runUntil, now } = await failed()
    await at(SUNDAY, (ctx) =>
      changeAccountStatus(ctx, { customerId: '1', to: 'churned', cause: 'canceled' }),
    )
    await runUntil(DAY14)
    expect(await now()).toMatchObject({ state: 'manual_review', account: 'churned' })
  })

  it('charges a card at most four times in a dunning step and never against the network', async () => {
    const { at } = await failed('generic_decline')
    const wanted = {
      invoiceId: 'inv_1',
      fingerprint: 'fp_1',
      currency: 'EUR',
      amountMinor: 10_000n,
      cause: 'dunning:day3:5',
    }
    const allowed = (change = {}) =>
      at(DAY3, async (ctx) => (await chargeAllowed(ctx, { ...wanted, ...change })).allowed)
    expect(await allowed()).toBe(true)
    for (const attempt of [1, 2, 3, 4])
      await at(DAY3, (ctx) =>
        pay(ctx, 'inv_1', {
          status: 'failed',
          code: 'generic_decline',
          cause: `dunning:day3:${attempt}`,
          fingerprint: 'fp_1',
        }),
      )
    expect(await allowed()).toBe(false)
    expect(await allowed({ cause: 'dunning:day7:6' })).toBe(true)
    await at(DAY3, (ctx) =>
      ctx.db.update(payments).set({ networkCode: 'R1' }).where(eq(payments.attempt, 5)),
    )
    expect(await allowed({ cause: 'dunning:day7:6' })).toBe(false)
    expect(await allowed({ cause: 'card_updated:pm_2', fingerprint: 'fp_new' })).toBe(true)
  })

  it('stands down while the provider’s own retry of the invoice is less than a day away', async () => {
    const { at } = await failed('generic_decline')
    const says = (id: string, created: number, next: string | null) =>
      at(DAY3, (ctx) =>
        ctx.db.insert(providerEvents).values({
          orgId: ctx.orgId,
          id,
          provider: 'stripe',
          type: 'invoice.payment_failed',
          customerId: '1',
          payload: {
            created,
            data: {
              object: {
                metadata: { invoice_id: 'inv_1' },
                next_payment_attempt: next && Date.parse(next) / 1000,
              },
            },
          },
          receivedAt: ctx.now,
        }),
      )
    const verdict = (invoiceId = 'inv_1') =>
      at(DAY3, (ctx) =>
        chargeAllowed(ctx, {
          invoiceId,
          fingerprint: 'fp_9',
          currency: 'EUR',
          amountMinor: 10_000n,
          cause: 'dunning:day3:5',
        }),
      )
    await says('evt_1', 1, '2026-03-06T12:00:00Z')
    expect(await verdict()).toEqual({ allowed: true })
    await says('evt_2', 2, '2026-03-05T11:00:00Z')
    expect(await verdict()).toEqual({
      allowed: false,
      reason: 'the provider retries itself at 2026-03-05T11:00:00Z',
    })
    await at(DAY3, (ctx) => bill(ctx, '1', 'inv_1b'))
    expect(await verdict('inv_1b')).toEqual({ allowed: true })
    // Stripe has given up: nothing is planned any more.
    await says('evt_3', 3, null)
    expect(await verdict()).toEqual({ allowed: true })
  })

  it('finds a step that was taken twice (I5)', async () => {
    const { at, caseId } = await failed()
    expect((await at(SUNDAY, (ctx) => checkDunningSteps(ctx))).ok).toBe(true)
    for (const _ of [1, 2])
      await at(SUNDAY, (ctx) =>
        recordAudit(ctx, {
          action: 'dunning.step_taken',
          subject: { type: 'dunning_case', id: caseId },
          reason: 'planted',
          data: { step: 'day3' },
        }),
      )
    expect((await at(SUNDAY, (ctx) => checkDunningSteps(ctx))).problems).toHaveLength(1)
  })
})
