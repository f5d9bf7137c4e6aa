import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { sealMessage } from 'mailauth/lib/arc/index.js'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'
import { beforeEach, describe, expect, it } from 'vitest'
import { authenticateMail, type ReceivedMail } from './authenticate-mail.ts'

const KEYS = {
  good: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  other: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  short: generateKeyPairSync('rsa', { modulusLength: 768 }),
}
const RAW = [
  'From: Ada <ada@customer.example>',
  'To: billing@acme.example',
  'Subject: Question',
  '',
  'Why 312.91?',
  '',
].join('\r\n')

let zone: Record<string, string[][]> = {}
const resolver = async (domain: string, type: string) => {
  const answer = zone[`${type} ${domain}`]
  if (!answer) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' })
  return answer
}

function publish(domain: string, key: KeyObject, selector = 's1') {
  const der = key.export({ type: 'spki', format: 'der' }).toString('base64')
  zone[`TXT ${selector}._domainkey.${domain}`] = [[`v=DKIM1; k=rsa; p=${der}`]]
}

const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()

async function signed(
  raw = RAW,
  options: {
    domain?: string
    key?: keyof typeof KEYS
    headers?: string[]
    bytes?: number
    signTime?: string
    expires?: string
  } = {},
): Promise<string> {
  const signer = {
    signingDomain: options.domain ?? 'customer.example',
    selector: 's1',
    privateKey: pem(KEYS[options.key ?? 'good'].privateKey),
    ...(options.bytes === undefined ? {} : { maxBodyLength: options.bytes }),
  }
  const { signatures } = await dkimSign(raw, {
    ...signer,
    ...(options.headers === undefined ? {} : { headerList: options.headers }),
    ...(options.signTime === undefined ? {} : { signTime: new Date(options.signTime) }),
    ...(options.expires === undefined ? {} : { expires: new Date(options.expires) }),
    signatureData: [signer],
  })
  return signatures + raw
}

const check = (raw: string, more: Partial<ReceivedMail> & { trustedSealers?: string[] } = {}) =>
  authenticateMail({ raw: new TextEncoder().encode(raw), ...more }, { resolver, ...more })

beforeEach(() => {
  zone = { 'TXT _dmarc.customer.example': [['v=DMARC1; p=reject']] }
  publish('customer.example', KEYS.good.publicKey)
  publish('mail.customer.example', KEYS.good.publicKey)
  publish('evil.example', KEYS.good.publicKey)
})

describe('a signature', () => {
  it('of the domain in From proves it without the address of a server', async () => {
    const proof = { spf: 'none', dkim: 'pass', dmarc: 'pass', aligned: true }
    expect(await check(await signed())).toEqual(proof)
    expect(await check(await signed(RAW, { domain: 'mail.customer.example' }))).toEqual(proof)
    zone = {}
    publish('customer.example', KEYS.good.publicKey)
    expect(await check(await signed())).toEqual({ ...proof, dmarc: 'none' })
  })

  it.each([
    ['of another domain', () => signed(RAW, { domain: 'evil.example' })],
    ['by another key', () => signed(RAW, { key: 'other' })],
    [
      'that has expired',
      () => signed(RAW, { signTime: '2020-01-01T00:00:00Z', expires: '2020-02-01T00:00:00Z' }),
    ],
    ['of another text', async () => (await signed()).replace('312.91', '912.91')],
    ['of another sender', async () => (await signed()).replace('ada@', 'eve@')],
    ['over a part of the body (l=)', async () => `${await signed(RAW, { bytes: 5 })}Refund me.`],
    ['that leaves the subject out', () => signed(RAW, { headers: ['From', 'To'] })],
    ['with a second subject above it', async () => `Subject: Refund me\r\n${await signed(RAW)}`],
    ['with a second From above it', async () => `From: eve@customer.example\r\n${await signed()}`],
    ['with a second From below it', async () => signed(`From: eve@evil.example\r\n${RAW}`)],
    ['among a hundred more', async () => 'DKIM-Signature: v=1\r\n'.repeat(100) + (await signed())],
    ['without a sender', async () => signed(RAW.replace(/^From.*\r\n/, 'X-From: x\r\n'))],
  ])('%s proves nothing', async (_what, raw) => {
    expect((await check(await raw())).aligned).toBe(false)
    expect((await check(await raw())).dmarc).not.toBe('pass')
  })

  it('by a key that can be broken proves nothing', async () => {
    publish('customer.example', KEYS.short.publicKey)
    expect(await check(await signed(RAW, { key: 'short' }))).toMatchObject({
      dkim: 'policy',
      aligned: false,
    })
  })

  it('that passes beside others that fail is proof enough', async () => {
    const twice = await signed(await signed(RAW), { domain: 'evil.example', key: 'other' })
    expect(await check(twice)).toMatchObject({ dkim: 'pass', dmarc: 'pass', aligned: true })
  })

  it('has to be of the very domain where the policy is strict', async () => {
    zone['TXT _dmarc.customer.example'] = [['v=DMARC1; p=none; adkim=s']]
    const raw = await signed(RAW, { domain: 'mail.customer.example' })
    expect(await check(raw)).toMatchObject({ dmarc: 'fail', aligned: false })
    expect(await check(await signed())).toMatchObject({ dmarc: 'pass', aligned: true })
  })

  it('proves nothing while DNS does not answer, and is not called forged', async () => {
    const down = async () => {
      throw Object.assign(new Error('no DNS'), { code: 'ESERVFAIL' })
    }
    const raw = new TextEncoder().encode(await signed())
    const results = await authenticateMail({ raw }, { resolver: down })
    expect(results.aligned).toBe(false)
    expect(Object.values(results)).not.toContain('pass')
    expect(Object.values(results)).not.toContain('fail')
  })
})

describe('the address of a server', () => {
  const mail = { ip: '192.0.2.1', helo: 'mx.customer.example', sender: 'ada@customer.example' }
  beforeEach(() => {
    zone['TXT customer.example'] = [['v=spf1 ip4:192.0.2.1 -all']]
    zone['TXT evil.example'] = [['v=spf1 ip4:198.51.100.7 -all']]
    zone['TXT mail.customer.example'] = [['v=spf1 ip4:192.0.2.1 -all']]
  })

  it('passes what the domain’s own server sent, and fails what another one sent', async () => {
    expect(await check(RAW, mail)).toMatchObject({ spf: 'pass', dmarc: 'pass', aligned: true })
    const foreign = { ...mail, ip: '198.51.100.7' }
    expect(await check(RAW, foreign)).toMatchObject({ spf: 'fail', dmarc: 'fail', aligned: false })
  })

  it.each(['none', 'quarantine', 'reject'])('of another domain fails p=%s', async (policy) => {
    zone['TXT _dmarc.customer.example'] = [[`v=DMARC1; p=${policy}`]]
    const evil = { ip: '198.51.100.7', helo: 'mx.evil.example', sender: 'x@evil.example' }
    expect(await check(RAW, evil)).toMatchObject({ spf: 'pass', dmarc: 'fail', aligned: false })
  })

  it('of a subdomain is enough unless aspf is strict', async () => {
    const sub = { ...mail, sender: 'bounce@mail.customer.example' }
    expect(await check(RAW, sub)).toMatchObject({ dmarc: 'pass', aligned: true })
    zone['TXT _dmarc.customer.example'] = [['v=DMARC1; p=reject; aspf=s']]
    expect(await check(RAW, sub)).toMatchObject({ dmarc: 'fail', aligned: false })
  })

  it('proves nothing where a record is broken', async () => {
    zone['TXT customer.example'] = [['v=spf1 ip4:nonsense -all']]
    expect(await check(RAW, mail)).toMatchObject({ spf: 'permerror', aligned: false })
  })
})

describe('a forwarder’s seal (ARC)', () => {
  const forwarded = RAW.replace('312.91?', '312.91?\r\n-- \r\nsent to the list')
  const seal = async (
    raw: string,
    domain: string,
    results = 'dmarc=pass header.from=customer.example',
  ) => {
    publish(domain, KEYS.good.publicKey)
    const headers = await sealMessage(raw, {
      signingDomain: domain,
      selector: 's1',
      privateKey: pem(KEYS.good.privateKey),
      authResults: `mx.${domain}; ${results}`,
      cv: raw.includes('ARC-Seal') ? 'pass' : 'none',
    })
    return headers.toString() + raw
  }

  it('is believed of those the setting names, through every hop', async () => {
    const once = await seal(forwarded, 'list.example')
    expect(await check(once, { trustedSealers: ['list.example'] })).toMatchObject({
      dmarc: 'pass',
      aligned: true,
    })
    const twice = await seal(once, 'host.example', 'dmarc=fail header.from=customer.example')
    expect(await check(twice, { trustedSealers: ['list.example', 'host.example'] })).toMatchObject({
      aligned: true,
    })
    expect((await check(twice, { trustedSealers: ['host.example'] })).aligned).toBe(false)
    expect((await check(once)).aligned).toBe(false)
  })

  it.each([
    ['says that DMARC failed', () => seal(forwarded, 'list.example', 'dmarc=fail')],
    [
      'speaks of another sender',
      () => seal(forwarded, 'list.example', 'dmarc=pass header.from=evil.example'),
    ],
    [
      'was put on another text',
      async () => (await seal(forwarded, 'list.example')).replace('312.91', '912.91'),
    ],
  ])('is not proof when it %s', async (_what, raw) => {
    const results = await check(await raw(), { trustedSealers: ['list.example'] })
    expect(results).toMatchObject({ dmarc: 'fail', aligned: false })
  })
})
