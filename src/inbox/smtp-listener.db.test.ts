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
    work: (send: (to: string, text: string) => Promise<unknown>) => Promise<void>,
  ) => {
    const listener = await startSmtpListener({
      system: world().system,
      log: createLogger('silent'),
      port: 0,
      authenticate: async () => ({ spf: 'pass', dkim: 'pass', dmarc: 'pass', aligned: true }),
    })
    const transport = createTransport({ host: '127.0.0.1', port: listener.port, ignoreTLS: true })
    try {
      await work((to, text) =>
        transport.sendMail({ from: 'ada@customer.example', to, subject: 'Hi', text }),
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

  it('refuses a mail over 10 MB with 552', async () => {
    await world().addOrg('org_big', { settings: { supportEmail: 'big@acme.example' } })
    await withListener(async (send) => {
      await expect(send('big@acme.example', 'x'.repeat(11_000_000))).rejects.toMatchObject({
        responseCode: 552,
      })
    })
  })
})
