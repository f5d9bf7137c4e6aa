import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { mailboxMailer } from './mailbox.ts'
import type { OutgoingMail } from './mailer.ts'
import { Temporal } from '#src/kernel/time.ts'
import { paced } from './pace.ts'
import { smtpMailer } from './smtp.ts'

const MAIL: OutgoingMail = {
  messageId: '<abc@acme.example>',
  from: { name: 'Acme API GmbH', address: 'billing@acme.example' },
  to: { name: 'Ada Müller\r\nBcc: eve@evil.example', address: 'ada@customer.example' },
  subject: 'Rechnung für Februar — 312,91 €',
  text: 'Grüße,\n\nAcme',
  html: '<p>Grüße</p>',
  inReplyTo: '<q1@customer.example>',
  references: ['<q0@customer.example>', '<q1@customer.example>'],
  headers: { 'Auto-Submitted': 'auto-replied' },
  attachments: [{ fileName: 'INV-1.html', contentType: 'text/html', content: '<b>312.91</b>' }],
  dateIso: '2026-03-02T10:00:00Z',
}

const cleanups: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'mailbox-'))
  cleanups.push(() => rmSync(path, { recursive: true }))
  return path
}

async function expectSameMail(raw: string | Buffer): Promise<void> {
  const read = await PostalMime.parse(raw)
  expect(read).toMatchObject({
    messageId: MAIL.messageId,
    subject: MAIL.subject,
    inReplyTo: MAIL.inReplyTo,
    references: MAIL.references.join(' '),
    from: { name: 'Acme API GmbH', address: 'billing@acme.example' },
  })
  expect(read.text?.trim()).toBe(MAIL.text)
  expect(read.html?.trim()).toBe(MAIL.html)
  expect(read.headers).toContainEqual(
    expect.objectContaining({ key: 'auto-submitted', value: 'auto-replied' }),
  )
  expect(read.attachments).toMatchObject([{ filename: 'INV-1.html', mimeType: 'text/html' }])
}

describe('the local mailbox', () => {
  it('keeps a mail as a readable .eml file, once for each Message-ID', async () => {
    const path = folder()
    const mailer = mailboxMailer(path)
    await mailer.send(MAIL)
    await mailer.send({ ...MAIL, subject: 'sent again after a crash' })
    const files = readdirSync(path)
    expect(files).toHaveLength(1)
    expect(files[0]).toMatch(/^2026-03-02_ada@customer\.example_[0-9a-f]{16}\.eml$/)
    await expectSameMail(readFileSync(join(path, files[0] ?? '')))
    await mailer.send({ ...MAIL, messageId: '<other@acme.example>' })
    expect(readdirSync(path)).toHaveLength(2)
  })

  it('stays inside its folder whatever the receiver is called', async () => {
    const path = folder()
    await mailboxMailer(path).send({ ...MAIL, to: { name: '', address: '../../x@evil.example' } })
    expect(readdirSync(path)[0]).toMatch(/^2026-03-02_\.\._\.\._x@evil/)
  })
})

/** A real SMTP server that answers RCPT with `code` (250 accepts) and collects what it is given. */
async function smtpServer(code = 250) {
  const received: Buffer[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_address, _session, answer) =>
      answer(code === 250 ? null : Object.assign(new Error('no'), { responseCode: code })),
    onData: (stream, _session, answer) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push(Buffer.concat(chunks))
        answer()
      })
    },
  })
  server.on('error', () => {})
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
  cleanups.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const mailer = smtpMailer(`smtp://127.0.0.1:${port}`)
  return { received, mailer }
}

describe('SMTP', () => {
  it('delivers the mail as it is', async () => {
    const { received, mailer } = await smtpServer()
    await mailer.send(MAIL)
    expect(received).toHaveLength(1)
    await expectSameMail(received[0] ?? '')
  })

  it('tells a refusal for good (5yz) from one that may be tried again (4yz)', async () => {
    const refusing = await smtpServer(550)
    expect(await refusing.mailer.send(MAIL)).toMatchObject({
      kind: 'refused',
      answer: expect.stringContaining('550'),
    })
    const busy = await smtpServer(451)
    expect(await busy.mailer.send(MAIL)).toMatchObject({ kind: 'later' })
  })

  it.each([
    ['greets and goes', '', 'later'],
    ['goes at the receiver', 'RCPT', 'later'],
    ['goes before it wants the mail', 'DATA', 'later'],
    ['goes when it has the mail', '.', 'unknown'],
  ])('says of a server that %s: %s %s', async (_what, last, kind) => {
    const { port, received } = await fleetingServer(last)
    expect(await smtpMailer(`smtp://127.0.0.1:${port}`).send(MAIL)).toMatchObject({ kind })
    expect(received.length > 0).toBe(kind === 'unknown')
  })

  it('comes later where nobody listens, and sends no password in the clear', async () => {
    expect(await smtpMailer('smtp://127.0.0.1:1').send(MAIL)).toMatchObject({ kind: 'later' })
    const { port, lines } = await fleetingServer('QUIT')
    const mailer = smtpMailer(`smtp://user:secret@127.0.0.2:${port}`)
    expect(await mailer.send(MAIL)).toMatchObject({ kind: 'later' })
    expect(lines.join(' ')).toMatch(/^EHLO/)
    expect(lines.join(' ')).not.toMatch(/AUTH/)
  })
})

/** Speaks SMTP up to the command `last`, and closes the connection instead of its answer. */
async function fleetingServer(last: string) {
  const received: string[] = []
  const lines: string[] = []
  const server = createServer((socket) => {
    let inData = false
    let buffered = ''
    const answer = (line: string) => socket.write(`${line}\r\n`)
    const take = (line: string) => {
      if (inData) {
        if (line !== '.') return
        inData = false
        received.push('a mail')
        return last === '.' ? socket.destroy() : answer('250 OK')
      }
      lines.push(line)
      const command = line.split(/[ :]/, 1)[0] ?? ''
      if (command === last) return socket.destroy()
      inData = command === 'DATA'
      return answer(inData ? '354 go on' : '250 OK')
    }
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      buffered += chunk.toString('latin1')
      for (let at = buffered.indexOf('\r\n'); at !== -1; at = buffered.indexOf('\r\n')) {
        take(buffered.slice(0, at))
        buffered = buffered.slice(at + 2)
      }
    })
    if (last === '') socket.destroy()
    else answer('220 here')
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '0.0.0.0', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
  cleanups.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { port, received, lines }
}

it('paces mails to one domain, and leaves the others alone', async () => {
  let now = Temporal.Instant.from('2026-03-02T10:00:00Z')
  const sent: string[] = []
  const mailer = paced(
    {
      name: 'smtp',
      repeatable: false,
      send: async ({ to }) => {
        sent.push(to.address)
        return { kind: 'accepted', answer: '' }
      },
    },
    { perMinute: 2, clock: { now: () => now } },
  )
  const send = async (address: string) =>
    (await mailer.send({ ...MAIL, to: { name: '', address } })).kind
  expect([await send('a@x.example'), await send('b@x.example')]).toEqual(['accepted', 'accepted'])
  expect([await send('c@x.example'), await send('c@y.example')]).toEqual(['later', 'accepted'])
  now = now.add({ seconds: 61 })
  expect(await send('c@x.example')).toBe('accepted')
  expect(sent).toEqual(['a@x.example', 'b@x.example', 'c@y.example', 'c@x.example'])
})

it('lets no name, subject or file name begin a header, folds long lines, and says what it is', async () => {
  const path = folder()
  await mailboxMailer(path).send({
    ...MAIL,
    from: { name: 'Acme "API" \r\nReply-To: eve@evil.example', address: 'billing@acme.example' },
    subject: `Rechnung \r\nBcc: eve@evil.example ${'sehr lang '.repeat(40)}`,
    attachments: [
      {
        fileName: 'Rechnung №1 "x"\r\nX-Evil: 1.pdf',
        contentType: 'application/pdf',
        content: 'x',
      },
    ],
  })
  const raw = readFileSync(join(path, readdirSync(path)[0] ?? '')).toString('latin1')
  const read = await PostalMime.parse(raw)
  const names = read.headers.map(({ key }) => key)
  expect(names).not.toContain('bcc')
  expect(names).not.toContain('reply-to')
  expect(raw).not.toMatch(/^X-Evil/m)
  expect(read.from?.name).toContain('Acme')
  expect(read.to?.[0]).toMatchObject({ address: 'ada@customer.example' })
  expect(read.attachments[0]?.filename).toContain('Rechnung №1')
  const lines = raw.split('\r\n').map((line) => line.length)
  expect(Math.max(...lines)).toBeLessThanOrEqual(998)
  expect(Buffer.from(raw, 'latin1').every((byte) => byte < 128)).toBe(true)
})
