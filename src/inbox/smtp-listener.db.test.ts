import { connect } from 'node:net'
import { eq } from 'drizzle-orm'
import { createTransport } from 'nodemailer'
import { expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import { contacts } from '#db/schema/customers.ts'
import { messages } from '#db/schema/inbox.ts'
import { organizations } from '#db/schema/tenancy.ts'
import { createLogger } from '#src/http/request-log.ts'
import { startSmtpListener } from './smtp-listener.ts'

const SETTINGS = { supportEmail: 'billing@acme.example' }

describeOnDatabases('the SMTP listener', (world) => {
  const withListener = async (
    work: (send: (to: string, text: string) => Promise<unknown>, port: number) => Promise<void>,
  ) => {
    const listener = await startSmtpListener({
      system: world().system,
      log: createLogger('silent'),
      port: 0,
      authenticate: async () => ({ spf: 'pass', dkim: 'pass', dmarc: 'pass', aligned: true }),
    })
    const transport = createTransport({ host: '127.0.0.1', port: listener.port, ignoreTLS: true })
    try {
      await work(
        (to, text) => transport.sendMail({ from: 'ada@customer.example', to, subject: 'Hi', text }),
        listener.port,
      )
    } finally {
      transport.close()
      await listener.close()
    }
  }

  it('stores a mail for the organisation whose support address it names, before it says OK', async () => {
    await world()
      .system.db.update(organizations)
      .set({ settings: SETTINGS })
      .where(eq(organizations.id, 'org_test'))
    await world()
      .scope()
      .transact((ctx) =>
        ctx.db.insert(contacts).values({
          orgId: ctx.orgId,
          id: 'con_1',
          customerId: '1047',
          email: 'ada@customer.example',
          name: 'Ada',
          role: 'billing',
          verifiedAt: ctx.now,
          createdAt: ctx.now,
        }),
      )
    await withListener(async (send) => {
      await send('Billing+inv7@Acme.example', 'Why?')
    })
    const rows = await world().system.db.select().from(messages)
    expect(rows).toMatchObject([
      { orgId: 'org_test', customerId: '1047', trust: 'verified', text: 'Why?' },
    ])
  })

  it('refuses mail for nobody, and for an address that two organisations claim', async () => {
    await world().addOrg('org_twin', { settings: SETTINGS })
    await withListener(async (send) => {
      await expect(send('sales@acme.example', 'x')).rejects.toMatchObject({ responseCode: 550 })
      await expect(send('billing@acme.example', 'x')).rejects.toMatchObject({ responseCode: 550 })
    })
  })

  it('refuses a mail over 10 MB, too many receivers, and goes on serving after a client that breaks off', async () => {
    await world().addOrg('org_big', { settings: { supportEmail: 'big@acme.example' } })
    await withListener(async (send, port) => {
      await expect(send('big@acme.example', 'x'.repeat(11_000_000))).rejects.toMatchObject({
        responseCode: 552,
      })
      const answers = await speak(port, [
        'EHLO me.example',
        `MAIL FROM:<> SIZE=${20 * 1024 * 1024}`,
        // Pipelined, and more receivers than one mail may have.
        'MAIL FROM:<ada@customer.example>',
        ...Array.from({ length: 12 }, (_, at) => `RCPT TO:<big+${at}@acme.example>`),
        'DATA',
      ])
      expect(answers).toMatch(/250[- ]SMTPUTF8/)
      expect(answers).toMatch(/250[- ]SIZE 10485760/)
      expect(answers).toMatch(/^552 /m)
      expect(answers.match(/^452 /gm)).toHaveLength(2)
      expect(answers).toMatch(/^354 /m)
      await send('big@acme.example', 'Grüße')
    })
    const rows = await world()
      .system.db.select()
      .from(messages)
      .where(eq(messages.orgId, 'org_big'))
    expect(rows).toMatchObject([{ text: 'Grüße' }])
  })
})

/** What the server answers to these lines, sent at once, until it wants a mail; then the line goes dead. */
function speak(port: number, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answers = ''
    const socket = connect(port, '127.0.0.1')
    socket.on('error', reject)
    socket.on('close', () => resolve(answers))
    socket.on('data', (chunk) => {
      // Who talks before the greeting is sent away.
      if (answers === '') socket.write(`${lines.join('\r\n')}\r\n`)
      answers += chunk.toString()
      if (/^354 /m.test(answers)) socket.destroy()
    })
  })
}
