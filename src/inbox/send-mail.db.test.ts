import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import { escalations } from '#db/schema/agents.ts'
import { contacts } from '#db/schema/customers.ts'
import { messages } from '#db/schema/inbox.ts'
import type { Mailer, OutgoingMail, SendOutcome } from '#src/gateways/mailer/mailer.ts'
import { PoisonJobError } from '#src/gateways/queue/job.ts'
import { inboxJobs } from './jobs.ts'
import { queueMail } from './queue-mail.ts'
import { answerUnknownMail } from './settle-mail.ts'
import type { SendMailDeps } from './send-mail.ts'

const render = async () => ({ fileName: 'x', contentType: 'text/html', content: '' })

describeOnDatabases('SEND_MAIL', (world) => {
  let sequence = 0
  const queued = async (values: { attachInvoiceId?: string } = {}) => {
    sequence += 1
    const customerId = `c${sequence}`
    const id = await world()
      .scope()
      .transact(async (ctx) => {
        await ctx.db.insert(contacts).values({
          orgId: ctx.orgId,
          id: ctx.newId('con'),
          customerId,
          email: 'ada@customer.example',
          name: 'Ada',
          role: 'billing',
          verifiedAt: ctx.now,
          createdAt: ctx.now,
        })
        const mail = { key: `k${sequence}`, customerId, subject: 'Invoice', text: 'Hello' }
        return queueMail(ctx, { ...mail, purpose: 'invoice', ...values })
      })
    return id ?? ''
  }
  const run = (deps: Partial<SendMailDeps>, messageId: string) => {
    const [job] = inboxJobs({
      mailer: mailer([]),
      renderAttachment: render,
      ...deps,
    })
    return job?.run(world().scope(), { messageId })
  }
  const mailer = (
    sent: OutgoingMail[],
    outcome: SendOutcome | Error = { kind: 'accepted', answer: '250 OK' },
    repeatable = false,
  ): Mailer => ({
    name: repeatable ? 'mailbox' : 'smtp',
    repeatable,
    send: async (mail) => {
      sent.push(mail)
      if (outcome instanceof Error) throw outcome
      return outcome
    },
  })
  const status = async (id: string) => {
    const rows = await world().system.db.select().from(messages).where(eq(messages.id, id))
    return rows[0]?.status
  }

  it('sends a queued mail once, with the invoice’s document', async () => {
    const id = await queued({ attachInvoiceId: 'inv_1' })
    const sent: OutgoingMail[] = []
    const deps: Partial<SendMailDeps> = {
      mailer: mailer(sent),
      renderAttachment: async (scope, invoiceId) =>
        scope.transact(async () => ({
          fileName: `${invoiceId}.html`,
          contentType: 'text/html',
          content: '<b>x</b>',
        })),
    }
    await run(deps, id)
    await run(deps, id)
    expect(sent).toMatchObject([
      {
        to: { name: 'Ada', address: 'ada@customer.example' },
        from: { name: 'Acme API GmbH', address: 'billing@tollkeeper.invalid' },
        attachments: [{ fileName: 'inv_1.html' }],
        headers: { 'Auto-Submitted': 'auto-generated' },
      },
    ])
    expect(await status(id)).toBe('sent')
  })

  it('sends a local mail again under the same Message-ID after a kill, for that is still one mail', async () => {
    const id = await queued()
    const sent: OutgoingMail[] = []
    await expect(run({ mailer: mailer(sent, new Error('killed'), true) }, id)).rejects.toThrow(
      'killed',
    )
    expect(await status(id)).toBe('sending')
    await run({ mailer: mailer(sent, undefined, true) }, id)
    expect(sent.map((mail) => mail.messageId)).toEqual([sent[0]?.messageId, sent[0]?.messageId])
    expect(await status(id)).toBe('sent')
  })

  it.each([
    ['the process was killed', new Error('killed')],
    ['the answer was lost', { kind: 'unknown' as const, answer: 'Connection closed unexpectedly' }],
  ])('never sends a mail twice by itself where %s, and tells a person', async (_what, outcome) => {
    const id = await queued()
    const sent: OutgoingMail[] = []
    await run({ mailer: mailer(sent, outcome) }, id)?.catch(() => {})
    await run({ mailer: mailer(sent) }, id)
    await run({ mailer: mailer(sent) }, id)
    expect(sent).toHaveLength(1)
    expect(await status(id)).toBe('unknown')
    const opened = await world()
      .system.db.select()
      .from(escalations)
      .where(eq(escalations.runId, `none:${id}`))
    expect(opened).toMatchObject([{ reason: 'mail_unknown', status: 'open' }])
    const answer = (how: 'sent' | 'send_again') =>
      world()
        .scope()
        .transact((ctx) => answerUnknownMail(ctx, id, how))
    await answer('send_again')
    expect(await status(id)).toBe('queued')
    await run({ mailer: mailer(sent) }, id)
    expect([sent.length, await status(id)]).toEqual([2, 'sent'])
    await expect(answer('send_again')).rejects.toMatchObject({ code: 'conflict' })
  })

  it('comes later when it is put off, can be withdrawn meanwhile, and gives up after two days', async () => {
    const id = await queued()
    const sent: OutgoingMail[] = []
    const later = { kind: 'later' as const, answer: '451 busy' }
    await expect(run({ mailer: mailer(sent, later) }, id)).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect(await status(id)).toBe('queued')
    const [job] = inboxJobs({ mailer: mailer(sent), renderAttachment: render })
    await job?.run(world().scope('org_test', '2026-03-04T00:00:01Z'), { messageId: id })
    expect([sent.length, await status(id)]).toEqual([1, 'failed'])
  })

  it('never sends what was withdrawn, nor to an address that is no contact any more', async () => {
    const sent: OutgoingMail[] = []
    const withdrawn = await queued()
    await world()
      .system.db.update(messages)
      .set({ status: 'withdrawn' })
      .where(eq(messages.id, withdrawn))
    await run({ mailer: mailer(sent) }, withdrawn)
    const removed = await queued()
    await world()
      .system.db.delete(contacts)
      .where(eq(contacts.customerId, `c${sequence}`))
    await run({ mailer: mailer(sent) }, removed)
    expect(sent).toEqual([])
    expect(await status(removed)).toBe('withdrawn')
  })

  it('ends a mail that the server refuses for good, visibly, and writes no more to an address that is gone', async () => {
    const id = await queued()
    const gone = { kind: 'refused' as const, answer: '550 5.1.1 no such user' }
    await expect(run({ mailer: mailer([], gone) }, id)).rejects.toThrow(PoisonJobError)
    expect(await status(id)).toBe('failed')
    const rows = await world()
      .system.db.select()
      .from(contacts)
      .where(eq(contacts.customerId, `c${sequence}`))
    expect(rows).toMatchObject([{ mailStopped: 'bounced' }])
    const policy = await queued()
    const spam = { kind: 'refused' as const, answer: '554 5.7.1 looks like spam' }
    await expect(run({ mailer: mailer([], spam) }, policy)).rejects.toThrow(PoisonJobError)
    const others = await world()
      .system.db.select()
      .from(contacts)
      .where(eq(contacts.customerId, `c${sequence}`))
    expect(others).toMatchObject([{ mailStopped: null }])
  })
})
