import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { contacts } from '#db/schema/customers.ts'
import { messages, threads } from '#db/schema/inbox.ts'
import { auditLog, outbox } from '#db/schema/tenancy.ts'
import { queueMail, type MailToQueue } from './queue-mail.ts'

const NOTICE: MailToQueue = {
  key: 'notice:1',
  customerId: '1047',
  subject: 'Your invoice\r\nBcc: everyone@evil.example',
  text: 'Hello <Ada>,\n\nPay at https://pay.example/i/1.',
  purpose: 'invoice',
}

async function addContact(world: TestWorld, values: Partial<typeof contacts.$inferInsert>) {
  const scope = world.scope()
  await scope.transact((ctx) =>
    ctx.db.insert(contacts).values({
      orgId: ctx.orgId,
      id: ctx.newId('con'),
      customerId: '1047',
      email: 'ada@customer.example',
      name: 'Ada',
      role: 'billing',
      verifiedAt: ctx.now,
      createdAt: ctx.now,
      ...values,
    }),
  )
}

async function addInbound(world: TestWorld, values: Partial<typeof messages.$inferInsert>) {
  return world.scope().transact(async (ctx) => {
    const threadId = ctx.newId('thr')
    await ctx.db.insert(threads).values({
      orgId: ctx.orgId,
      id: threadId,
      customerId: '1047',
      subject: 'Why so much?',
      automatedReplies: 0,
      createdAt: ctx.now,
    })
    const id = ctx.newId('msg')
    await ctx.db.insert(messages).values({
      orgId: ctx.orgId,
      id,
      threadId,
      customerId: '1047',
      direction: 'in',
      key: `in:${id}`,
      messageId: `<${id}@customer.example>`,
      from: 'cfo@customer.example',
      to: 'billing@acme.example',
      subject: 'Why so much?',
      text: 'Explain.',
      trust: 'verified',
      purpose: 'question',
      status: 'received',
      headers: { References: '<first@customer.example>' },
      createdAt: ctx.now,
      ...values,
    })
    return { id, threadId, messageId: `<${id}@customer.example>` }
  })
}

describeOnDatabases('queueMail', (world) => {
  const queue = (mail: MailToQueue) =>
    world()
      .scope()
      .transact((ctx) => queueMail(ctx, mail))
  const row = async (id: string | null) => {
    const rows = await world()
      .system.db.select()
      .from(messages)
      .where(eq(messages.id, id ?? ''))
    return rows[0]
  }

  it('queues nothing for a customer without a verified contact, and says so in the audit trail', async () => {
    await addContact(world(), { customerId: '9', email: 'new@customer.example', verifiedAt: null })
    expect(await queue({ ...NOTICE, customerId: '9' })).toBeNull()
    const audits = await world().system.db.select().from(auditLog)
    expect(audits).toMatchObject([{ action: 'mail.not_queued', subjectId: '9' }])
  })

  it('queues one mail and one job a key, to the billing contact, with headers nobody can break out of', async () => {
    await addContact(world(), { role: 'technical', email: 'dev@customer.example' })
    await addContact(world(), {})
    const first = await queue(NOTICE)
    expect(await queue(NOTICE)).toBe(first)
    expect(await row(first)).toMatchObject({
      to: 'ada@customer.example',
      subject: 'Your invoice Bcc: everyone@evil.example',
      status: 'queued',
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
    expect((await row(first))?.html).toContain('Hello &lt;Ada&gt;')
    expect((await row(first))?.html).toContain('<a href="https://pay.example/i/1">')
    const jobs = await world()
      .system.db.select({ key: outbox.key, payload: outbox.payload })
      .from(outbox)
      .where(eq(outbox.job, 'SEND_MAIL'))
    expect(jobs).toMatchObject([{ key: first, payload: { messageId: first } }])
  })

  it('answers the verified sender inside their thread and counts the automated reply', async () => {
    await addContact(world(), { role: 'owner', email: 'cfo@customer.example' })
    const inbound = await addInbound(world(), {})
    const id = await queue({
      ...NOTICE,
      key: 'reply:1',
      purpose: 'reply',
      subject: 'Why so much?',
      replyToMessageId: inbound.id,
    })
    expect(await row(id)).toMatchObject({
      to: 'cfo@customer.example',
      threadId: inbound.threadId,
      inReplyTo: inbound.messageId,
      subject: 'Re: Why so much?',
      headers: {
        'Auto-Submitted': 'auto-replied',
        References: `<first@customer.example> ${inbound.messageId}`,
      },
    })
    const [thread] = await world()
      .system.db.select()
      .from(threads)
      .where(eq(threads.id, inbound.threadId))
    expect(thread?.automatedReplies).toBe(1)
  })

  it('never answers an unverified sender, and never lets one customer answer into the thread of another', async () => {
    const stranger = await addInbound(world(), { trust: 'unverified', customerId: null })
    const reply = { ...NOTICE, purpose: 'reply' as const }
    expect(await queue({ ...reply, key: 'r2', replyToMessageId: stranger.id })).toBeNull()
    const other = await addInbound(world(), { customerId: '1048' })
    await expect(queue({ ...reply, key: 'r3', replyToMessageId: other.id })).rejects.toMatchObject({
      code: 'refused',
    })
  })

  it('keeps the mails of one dunning case in one thread', async () => {
    const dunning = { ...NOTICE, purpose: 'dunning' as const, dunningCaseId: 'case_1' }
    const first = await row(await queue({ ...dunning, key: 'd1' }))
    const second = await row(await queue({ ...dunning, key: 'd2' }))
    expect(second?.threadId).toBe(first?.threadId)
  })
})
