import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import { escalations } from '#db/schema/agents.ts'
import { contacts } from '#db/schema/customers.ts'
import { messages, rawMails } from '#db/schema/inbox.ts'
import { organizations } from '#db/schema/tenancy.ts'
import { Temporal } from '#src/kernel/time.ts'
import { queueMail } from './queue-mail.ts'
import { forgetRawMails, loadRawMail } from './raw-mail.ts'
import { receiveMail } from './receive-mail.ts'

const PASS = { dmarc: 'pass' }

function report(kind: 'bounce' | 'full' | 'complaint', messageId: string): string {
  const status = {
    bounce: 'Final-Recipient: rfc822; ada@c.example\r\nAction: failed\r\nStatus: 5.1.1',
    full: 'Final-Recipient: rfc822; ada@c.example\r\nAction: failed\r\nStatus: 4.2.2',
    complaint: 'Feedback-Type: abuse\r\nVersion: 1',
  }[kind]
  const type = kind === 'complaint' ? 'feedback-report' : 'delivery-status'
  return [
    `Message-ID: <${kind}-${messageId.slice(1, 9)}@mx.example>`,
    'From: MAILER-DAEMON@mx.example',
    'Subject: Undelivered',
    `Content-Type: multipart/report; report-type=${type}; boundary=b`,
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'Sorry.',
    '--b',
    `Content-Type: message/${type}`,
    '',
    status,
    '',
    '--b',
    'Content-Type: message/rfc822',
    '',
    `Message-ID:\r\n ${messageId}`,
    'From: billing@acme.example',
    '',
    'Your invoice',
    '--b--',
    '',
  ].join('\r\n')
}

describeOnDatabases('what comes back', (world) => {
  let sequence = 0
  /** An account with these contacts, and the invoice mailed to the first of them. */
  const mailed = async (...emails: string[]) => {
    sequence += 1
    const customerId = `c${sequence}`
    return world()
      .scope()
      .transact(async (ctx) => {
        await ctx.db.insert(contacts).values(
          emails.map((email, index) => ({
            orgId: ctx.orgId,
            id: ctx.newId('con'),
            customerId,
            email,
            name: email,
            role: index === 0 ? ('billing' as const) : ('owner' as const),
            verifiedAt: ctx.now,
            createdAt: ctx.now,
          })),
        )
        const mail = { key: `k${sequence}`, customerId, subject: 'Invoice', text: 'Hello' }
        const id = (await queueMail(ctx, { ...mail, purpose: 'invoice' })) ?? ''
        const [row] = await ctx.db
          .update(messages)
          .set({ status: 'sent' })
          .where(eq(messages.id, id))
          .returning()
        return { id, customerId, messageId: row?.messageId ?? '' }
      })
  }
  const take = (raw: string) => receiveMail(world().scope(), { raw, authentication: PASS })
  const stopped = async (customerId: string) => {
    const rows = await world()
      .system.db.select()
      .from(contacts)
      .where(eq(contacts.customerId, customerId))
      .orderBy(contacts.id)
    return rows.map(({ mailStopped }) => mailStopped)
  }
  const cases = async (customerId: string) => {
    const rows = await world()
      .system.db.select()
      .from(escalations)
      .where(eq(escalations.customerId, customerId))
    return rows.map(({ reason }) => reason)
  }
  const next = (customerId: string, key: string) =>
    world()
      .scope()
      .transact((ctx) =>
        queueMail(ctx, { key, customerId, subject: 'x', text: 'y', purpose: 'invoice' }),
      )

  it('stops writing to an address that is gone, turns to the next, and tells a person when none is left', async () => {
    const mail = await mailed('ada@c.example', 'boss@c.example')
    expect(await take(report('full', mail.messageId))).toMatchObject({ status: 'ignored' })
    expect(await stopped(mail.customerId)).toEqual([null, null])
    await take(report('bounce', mail.messageId))
    expect(await stopped(mail.customerId)).toEqual(['bounced', null])
    expect(await cases(mail.customerId)).toEqual([])
    const second = (await next(mail.customerId, 'second')) ?? ''
    const [row] = await world()
      .system.db.update(messages)
      .set({ status: 'sent' })
      .where(eq(messages.id, second))
      .returning()
    expect(row?.to).toBe('boss@c.example')
    await take(report('bounce', row?.messageId ?? ''))
    expect(await cases(mail.customerId)).toEqual(['mail_bounced'])
    expect(await next(mail.customerId, 'third')).toBeNull()
  })

  it('writes no more to one who complained, even when they write, and tells a person', async () => {
    const mail = await mailed('eva@c.example')
    await take(report('complaint', mail.messageId))
    await take('Message-ID: <w1@c.example>\r\nFrom: eva@c.example\r\nSubject: x\r\n\r\nWhy?')
    expect(await stopped(mail.customerId)).toEqual(['complained'])
    expect(await cases(mail.customerId)).toEqual(['mail_complaint'])
    expect(await next(mail.customerId, 'after')).toBeNull()
  })

  it('believes an address alive again that writes itself', async () => {
    const mail = await mailed('tom@c.example')
    await take(report('bounce', mail.messageId))
    expect(await stopped(mail.customerId)).toEqual(['bounced'])
    await take('Message-ID: <w2@c.example>\r\nFrom: tom@c.example\r\nSubject: x\r\n\r\nHello?')
    expect(await stopped(mail.customerId)).toEqual([null])
  })

  it('does nothing for a report that does not know our signed Message-ID', async () => {
    const mail = await mailed('kim@c.example')
    await take(report('bounce', '<guessed@acme.example>'))
    await take(report('complaint', `<${mail.id}@tollkeeper.invalid>`))
    expect(await stopped(mail.customerId)).toEqual([null])
  })

  it('puts an absence note into the thread of the mail it answers, by our Message-ID only', async () => {
    const mail = await mailed('ann@c.example')
    const away = (id: string, answered: string) =>
      take(
        `Message-ID: <${id}@c.example>\r\nFrom: ann@c.example\r\nSubject: Abwesenheitsnotiz: Invoice\r\nIn-Reply-To: ${answered}\r\n\r\nBack on Monday.`,
      )
    const threadOf = async (id: string) => {
      const rows = await world().system.db.select().from(messages).where(eq(messages.id, id))
      return rows[0]?.threadId
    }
    const note = await away('away', mail.messageId)
    expect(note).toMatchObject({ status: 'ignored', trust: 'automatic' })
    expect(await threadOf(note.messageId)).toBe(await threadOf(mail.id))
    const question = await take(
      'Message-ID: <q@c.example>\r\nFrom: ann@c.example\r\nSubject: x\r\n\r\nWhy?',
    )
    const guessed = await away('away2', '<q@c.example>')
    expect(await threadOf(guessed.messageId)).not.toBe(await threadOf(question.messageId))
  })

  it('keeps the mail as it came for as many days as the organisation says', async () => {
    const raw = 'Message-ID: <raw@c.example>\r\nFrom: x@c.example\r\n\r\n4242 4242 4242 4242'
    const kept = await take(raw)
    const [row] = await world()
      .system.db.select()
      .from(rawMails)
      .where(eq(rawMails.messageId, kept.messageId))
    expect(Buffer.from(row?.raw ?? '').toString()).toBe(raw)
    const forgetAt = (at: string) =>
      forgetRawMails(world().system, Temporal.Instant.from(at)).then(() =>
        world()
          .scope()
          .transact((ctx) => loadRawMail(ctx, kept.messageId)),
      )
    expect(Buffer.from(await forgetAt('2026-03-30T23:00:00Z')).toString()).toBe(raw)
    await expect(forgetAt('2026-03-31T00:00:01Z')).rejects.toMatchObject({ code: 'not_found' })
    const [left] = await world()
      .system.db.select()
      .from(messages)
      .where(eq(messages.id, kept.messageId))
    expect(left?.text).toBe('[card …4242]')
    await world()
      .system.db.update(organizations)
      .set({ settings: { mail: { keepRawDays: 0 } } })
      .where(eq(organizations.id, 'org_test'))
    const { messageId } = await take(raw.replace('raw@', 'raw2@'))
    expect(
      await world().system.db.select().from(rawMails).where(eq(rawMails.messageId, messageId)),
    ).toEqual([])
  })
})
