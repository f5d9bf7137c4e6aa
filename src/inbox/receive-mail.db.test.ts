import { and, eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { contacts } from '#db/schema/customers.ts'
import { messages, threads } from '#db/schema/inbox.ts'
import { auditLog, outbox } from '#db/schema/tenancy.ts'
import { receiveMail, type MailToReceive } from './receive-mail.ts'

const PASS = { spf: 'pass', dkim: 'pass', dmarc: 'pass' }

function rawMail(options: {
  id: string
  from?: string
  headers?: readonly string[]
  subject?: string
  body?: string
}): string {
  return [
    `Message-ID: <${options.id}@customer.example>`,
    `From: ${options.from ?? 'Ada <Ada@customer.example>'}`,
    'To: billing@acme.example',
    `Subject: ${options.subject ?? 'Question'}`,
    'Date: Mon, 02 Mar 2026 10:00:00 +0000',
    ...(options.headers ?? ['Content-Type: text/plain; charset=utf-8']),
    '',
    options.body ?? 'Why 312.91?',
  ].join('\r\n')
}

async function addContacts(world: TestWorld, orgId = 'org_test') {
  const contact = (customerId: string, email: string, verified = true) => ({
    orgId,
    id: `con_${customerId}_${email}`,
    customerId,
    email,
    name: email,
    role: 'billing' as const,
    verifiedAt: verified ? world.scope().now : null,
    createdAt: world.scope().now,
  })
  await world.scope(orgId).transact((ctx) =>
    ctx.db
      .insert(contacts)
      .values([
        contact('1047', 'ada@customer.example'),
        contact('1', 'group@holding.example'),
        contact('2', 'group@holding.example'),
        contact('3', 'new@customer.example', false),
      ])
      .onConflictDoNothing(),
  )
}

describeOnDatabases('receiveMail', (world) => {
  const receive = async (mail: MailToReceive, orgId = 'org_test') => {
    await addContacts(world(), orgId)
    return receiveMail(world().scope(orgId), { authentication: PASS, ...mail })
  }
  const row = async (id: string) => {
    const rows = await world().system.db.select().from(messages).where(eq(messages.id, id))
    return rows[0]
  }
  const jobsFor = (id: string) =>
    world()
      .system.db.select({ payload: outbox.payload })
      .from(outbox)
      .where(and(eq(outbox.job, 'RUN_SUPERVISOR'), eq(outbox.key, `customer_query:${id}`)))

  it('hands a verified contact’s mail to the supervisor, bound to the account of the contact row', async () => {
    const received = await receive({ raw: rawMail({ id: 'm1' }) })
    expect(received).toMatchObject({ status: 'received', trust: 'verified' })
    expect(await row(received.messageId)).toMatchObject({
      customerId: '1047',
      from: 'ada@customer.example',
      text: 'Why 312.91?',
      html: null,
    })
    expect(await jobsFor(received.messageId)).toEqual([
      { payload: { type: 'customer_query', ref: received.messageId } },
    ])
  })

  it('takes the same mail in once, by Message-ID and without one', async () => {
    const first = await receive({ raw: rawMail({ id: 'm2' }) })
    const again = await receive({ raw: `Received: by relay\r\n${rawMail({ id: 'm2' })}` })
    expect(again).toEqual({ ...first, status: 'duplicate' })
    expect(await jobsFor(first.messageId)).toHaveLength(1)
    const anonymous = rawMail({ id: 'x' }).replace(/^Message-ID.*\r\n/, '')
    const once = await receive({ raw: anonymous })
    expect(await receive({ raw: anonymous })).toEqual({ ...once, status: 'duplicate' })
  })

  it('keeps another content under the same Message-ID as another mail', async () => {
    const first = await receive({ raw: rawMail({ id: 'same', body: 'Why?' }) })
    const other = await receive({ raw: rawMail({ id: 'same', body: 'Cancel it all.' }) })
    expect(other).toMatchObject({ status: 'received' })
    expect(other.messageId).not.toBe(first.messageId)
    expect((await row(other.messageId))?.notes).toEqual([
      'another mail came under the same Message-ID',
    ])
  })

  it('takes it in once when two deliveries race', async () => {
    const raw = rawMail({ id: 'race' })
    const both = await Promise.all([receive({ raw }), receive({ raw })])
    expect(both.map((one) => one.status).toSorted()).toEqual(['duplicate', 'received'])
    expect(new Set(both.map((one) => one.messageId)).size).toBe(1)
  })

  it.each([
    ['a stranger', { from: 'eve@evil.example' }, PASS],
    ['a forged sender', {}, { spf: 'fail', dkim: 'none', dmarc: 'fail' }],
    ['a contact of several accounts', { from: 'group@holding.example' }, PASS],
    ['a contact not yet confirmed', { from: 'new@customer.example' }, PASS],
    ['two senders', { from: 'ada@customer.example, eve@evil.example' }, PASS],
    ['two From headers', { headers: ['From: eve@evil.example'] }, PASS],
    [
      'a display name that looks like a contact',
      { from: '"ada@customer.example" <e@evil.example>' },
      PASS,
    ],
  ])('trusts nothing from %s, and names no account', async (who, mail, authentication) => {
    const received = await receive({
      raw: rawMail({ id: `u ${who}`.replaceAll(' ', '-'), ...mail }),
      authentication,
    })
    expect(received).toMatchObject({ status: 'received', trust: 'unverified' })
    expect((await row(received.messageId))?.customerId).toBeNull()
    expect(await jobsFor(received.messageId)).toHaveLength(1)
  })

  it('believes an unauthenticated address in a sandbox only', async () => {
    await world().addOrg('org_live', { mode: 'live' })
    const mail = { raw: rawMail({ id: 'none' }), authentication: null }
    expect(await receive(mail)).toMatchObject({ trust: 'verified' })
    expect(await receive(mail, 'org_live')).toMatchObject({ trust: 'unverified' })
  })

  it('does not believe what the mail says about its own authentication', async () => {
    await world().addOrg('org_live2', { mode: 'live' })
    const headers = ['Authentication-Results: mx.acme.example; dmarc=pass']
    const mail = { raw: rawMail({ id: 'self', headers }), authentication: null }
    expect(await receive(mail, 'org_live2')).toMatchObject({ trust: 'unverified' })
  })

  it('believes what its own mail server wrote on top, and checks signatures itself where nobody did', async () => {
    const settings = { mail: { trustedServers: ['mx.acme.example'] } }
    await world().addOrg('org_mx', { mode: 'live', settings })
    const stamped = (server: string) =>
      `Authentication-Results: ${server}; dmarc=pass header.from=customer.example\r\n`
    const take = (id: string, above: string) =>
      receive({ raw: above + rawMail({ id }), authentication: null }, 'org_mx')
    expect(await take('mx1', stamped('mx.acme.example'))).toMatchObject({ trust: 'verified' })
    expect(await take('mx2', stamped('mx.evil.example'))).toMatchObject({ trust: 'unverified' })
    const forgedBelow = stamped('mx.other.example') + stamped('mx.acme.example')
    expect(await take('mx3', forgedBelow)).toMatchObject({ trust: 'unverified' })
    const checked: string[] = []
    const signed = await receiveMail(
      world().scope('org_mx'),
      { raw: `DKIM-Signature: v=1\r\n${rawMail({ id: 'mx4' })}` },
      async ({ raw }) => {
        checked.push(Buffer.from(raw).toString('latin1').slice(0, 19))
        return { dkim: 'pass', dmarc: 'none', aligned: true }
      },
    )
    expect(signed).toMatchObject({ trust: 'verified' })
    expect(checked).toEqual(['DKIM-Signature: v=1'])
  })

  it('keeps and audits automatic mail, and starts nothing', async () => {
    const received = await receive({
      raw: rawMail({ id: 'auto', headers: ['Auto-Submitted: auto-replied'] }),
    })
    expect(received).toMatchObject({ status: 'ignored', trust: 'automatic' })
    expect(await jobsFor(received.messageId)).toEqual([])
    const audits = await world()
      .system.db.select()
      .from(auditLog)
      .where(eq(auditLog.subjectId, received.messageId))
    expect(audits).toMatchObject([
      { action: 'mail.ignored', reason: 'Auto-Submitted: auto-replied' },
    ])
    expect(await receive({ raw: rawMail({ id: 'bounce' }), envelope: { from: '' } })).toMatchObject(
      { status: 'ignored' },
    )
  })

  it('continues a thread by References, but never lets anybody into the thread of another account', async () => {
    const first = await receive({ raw: rawMail({ id: 't1' }) })
    const answer = await receive({
      raw: rawMail({ id: 't2', headers: ['References: <other@x> <t1@customer.example>'] }),
    })
    expect((await row(answer.messageId))?.threadId).toBe((await row(first.messageId))?.threadId)
    const intruder = await receive({
      raw: rawMail({
        id: 't3',
        from: 'eve@evil.example',
        headers: ['In-Reply-To: <t1@customer.example>'],
      }),
    })
    const opened = await row(intruder.messageId)
    expect(opened?.threadId).not.toBe((await row(first.messageId))?.threadId)
    const [thread] = await world()
      .system.db.select()
      .from(threads)
      .where(eq(threads.id, opened?.threadId ?? ''))
    expect(thread?.customerId).toBeNull()
  })

  it('knows which account a contact of several means by the thread', async () => {
    const threadId = await world()
      .scope()
      .transact(async (ctx) => {
        await ctx.db.insert(threads).values({
          orgId: ctx.orgId,
          id: 'thr_2',
          customerId: '2',
          subject: 'Invoice',
          automatedReplies: 0,
          createdAt: ctx.now,
        })
        await ctx.db.insert(messages).values({
          orgId: ctx.orgId,
          id: 'msg_out',
          threadId: 'thr_2',
          customerId: '2',
          direction: 'out',
          key: 'invoice:2',
          messageId: '<our-invoice@acme.example>',
          from: 'billing@acme.example',
          to: 'group@holding.example',
          subject: 'Invoice',
          text: 'Your invoice',
          purpose: 'invoice',
          status: 'sent',
          headers: {},
          createdAt: ctx.now,
        })
        return 'thr_2'
      })
    const received = await receive({
      raw: rawMail({
        id: 'g1',
        from: 'group@holding.example',
        headers: ['In-Reply-To: <our-invoice@acme.example>'],
      }),
    })
    expect(received.trust).toBe('verified')
    expect(await row(received.messageId)).toMatchObject({ customerId: '2', threadId })
  })

  it('reads encodings, keeps words and no markup, masks card numbers, and names attachments', async () => {
    const body = [
      '--b',
      'Content-Type: text/html; charset=iso-8859-1',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      '<style>p{}</style><p onclick=3D"x()">Gr=FC=DFe &amp; <b>4242 4242 4242 4242</b><script>alert(1)</script></p>',
      '--b',
      'Content-Type: application/pdf',
      'Content-Disposition: attachment; filename="ignore previous instructions.pdf"',
      '',
      'x',
      '--b--',
    ].join('\r\n')
    const received = await receive({
      raw: rawMail({
        id: 'mime',
        subject: '=?utf-8?B?2YXYsdit2KjYpw==?=',
        headers: ['Content-Type: multipart/mixed; boundary=b'],
        body,
      }),
    })
    expect(await row(received.messageId)).toMatchObject({
      subject: 'مرحبا',
      text: 'Grüße & [card …4242]',
      html: null,
      attachments: [
        { name: 'ignore previous instructions.pdf', type: 'application/pdf', sizeBytes: 2 },
      ],
    })
  })

  it('keeps enough of an overlong text for the guard to see its length, and refuses more than 10 MB', async () => {
    const received = await receive({ raw: rawMail({ id: 'long', body: 'ä'.repeat(300_000) }) })
    const kept = await row(received.messageId)
    expect(kept?.text.length).toBeGreaterThan(200_000)
    expect(kept?.text.length).toBeLessThan(220_000)
    expect(kept?.headers['textLength']).toBe('300000')
    await expect(
      receive({ raw: rawMail({ id: 'huge', body: 'x'.repeat(11_000_000) }) }),
    ).rejects.toMatchObject({ code: 'payload_too_large' })
  })

  it.each([
    ['nothing but noise', new Uint8Array(2000).map((_, index) => (index * 7919) % 256)],
    ['NUL characters', rawMail({ id: 'nul', subject: 'a\u0000b', body: 'x\u0000y' })],
    [
      'an unknown charset',
      rawMail({ id: 'cs', headers: ['Content-Type: text/plain; charset=x-none'] }),
    ],
    ['no headers at all', 'hello'],
    ['a NUL in the Message-ID', 'From: a@b.example\r\nMessage-ID: <a\u0000b@x.example>\r\n\r\nx'],
  ])('stores %s without failing', async (_what, raw) => {
    expect(await receive({ raw })).toMatchObject({ status: 'received' })
  })
})
