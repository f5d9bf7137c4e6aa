import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import { contacts } from '#db/schema/customers.ts'
import { messages } from '#db/schema/inbox.ts'
import type { OutgoingMail } from '#src/gateways/mailer/mailer.ts'
import { PoisonJobError } from '#src/gateways/queue/job.ts'
import { AppError } from '#src/kernel/errors.ts'
import { inboxJobs } from './jobs.ts'
import { queueMail } from './queue-mail.ts'
import type { SendMailDeps } from './send-mail.ts'

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
      mailer: { name: 'mailbox', send: async () => {} },
      renderAttachment: async () => ({ fileName: 'x', contentType: 'text/html', content: '' }),
      ...deps,
    })
    return job?.run(world().scope(), { messageId })
  }
  const mailer = (sent: OutgoingMail[], fail?: () => Error) => ({
    name: 'smtp' as const,
    send: async (mail: OutgoingMail) => {
      sent.push(mail)
      if (fail) throw fail()
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
        to: 'ada@customer.example',
        from: '"Acme API GmbH" <billing@tollkeeper.invalid>',
        attachments: [{ fileName: 'inv_1.html' }],
        headers: { 'Auto-Submitted': 'auto-generated' },
      },
    ])
    expect(await status(id)).toBe('sent')
  })

  it('sends again under the same Message-ID after a kill between sending and noting it', async () => {
    const id = await queued()
    const sent: OutgoingMail[] = []
    await expect(run({ mailer: mailer(sent, () => new Error('killed')) }, id)).rejects.toThrow(
      'killed',
    )
    expect(await status(id)).toBe('sending')
    await run({ mailer: mailer(sent) }, id)
    expect(sent.map((mail) => mail.messageId)).toEqual([sent[0]?.messageId, sent[0]?.messageId])
    expect(await status(id)).toBe('sent')
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

  it('ends a mail that the server refuses for good, visibly', async () => {
    const id = await queued()
    const refuse = () => new AppError('refused', 'no such mailbox')
    await expect(run({ mailer: mailer([], refuse) }, id)).rejects.toThrow(PoisonJobError)
    expect(await status(id)).toBe('failed')
  })
})
