import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPeer, type Peer, type PeerAnswer } from './testing/peer.ts'
import { viesRegister } from './vies.ts'

let peer: Peer

const patience = { timeoutMs: 150, attempts: 2, firstDelayMs: 1, brokenForMs: 60_000 }

const vies = () => viesRegister(`${peer.url}/rest-api`, patience)

const ASKED = { taxId: 'FR83404833048', requesterTaxId: 'DE811907980' }
const VALID = {
  countryCode: 'FR',
  vatNumber: '83404833048',
  requestDate: '2026-02-28T10:00:00.000Z',
  valid: true,
  requestIdentifier: 'WAPIAAAAZdxH',
  name: 'SA  NORDLICHT',
  address: '1 RUE DE LA PAIX\n75002 PARIS',
}
const fault = (error: string): PeerAnswer => [
  200,
  { actionSucceed: false, errorWrappers: [{ error }] },
]

beforeEach(async () => {
  peer = await openPeer()
  peer.script = [[200, VALID]]
})

afterEach(() => peer.close())

describe('VIES, on the wire', () => {
  it('is asked with both numbers and gives the name and the consultation number', async () => {
    expect(await vies().check(ASKED)).toEqual({
      kind: 'valid',
      name: 'SA NORDLICHT',
      address: '1 RUE DE LA PAIX 75002 PARIS',
      consultationNumber: 'WAPIAAAAZdxH',
    })
    expect(peer.seen).toMatchObject([{ method: 'POST', path: '/rest-api/check-vat-number' }])
    expect(JSON.parse(peer.seen[0]?.body ?? '')).toEqual({
      countryCode: 'FR',
      vatNumber: '83404833048',
      requesterMemberStateCode: 'DE',
      requesterNumber: '811907980',
    })
  })

  it('asks without an own number where there is none', async () => {
    peer.script = [[200, { ...VALID, requestIdentifier: '' }]]
    expect(await vies().check({ ...ASKED, requesterTaxId: null })).toMatchObject({
      kind: 'valid',
      consultationNumber: null,
    })
    expect(JSON.parse(peer.seen[0]?.body ?? '')).toEqual({
      countryCode: 'FR',
      vatNumber: '83404833048',
    })
  })

  it('keeps a name that the country does not disclose apart from a name', async () => {
    peer.script = [[200, { ...VALID, name: '---', address: '---' }]]
    expect(await vies().check(ASKED)).toMatchObject({ kind: 'valid', name: null, address: null })
  })

  it('says invalid only where VIES says so', async () => {
    peer.script = [[200, { ...VALID, valid: false, name: '', address: '' }]]
    expect(await vies().check(ASKED)).toEqual({ kind: 'invalid' })
    peer.script = [fault('INVALID_INPUT')]
    expect(await vies().check(ASKED)).toEqual({ kind: 'invalid' })
  })

  it('leaves its own number out when VIES does not know it', async () => {
    peer.script = [fault('INVALID_REQUESTER_INFO'), [200, { ...VALID, requestIdentifier: '' }]]
    expect(await vies().check(ASKED)).toMatchObject({ kind: 'valid' })
    expect(peer.seen.map(({ body }) => Object.keys(JSON.parse(body) as object).length)).toEqual([
      4, 2,
    ])
  })

  it.each<readonly [string, PeerAnswer, number]>([
    ['MS_UNAVAILABLE', fault('MS_UNAVAILABLE'), 1],
    ['SERVICE_UNAVAILABLE', fault('SERVICE_UNAVAILABLE'), 1],
    ['VAT_BLOCKED', fault('VAT_BLOCKED'), 1],
    ['IP_BLOCKED', fault('IP_BLOCKED'), 1],
    ['TIMEOUT', fault('TIMEOUT'), 3],
    ['MS_MAX_CONCURRENT_REQ', fault('MS_MAX_CONCURRENT_REQ'), 3],
    ['GLOBAL_MAX_CONCURRENT_REQ_TIME', fault('GLOBAL_MAX_CONCURRENT_REQ_TIME'), 3],
    ['a fault nobody knows', fault('SOMETHING_NEW'), 1],
    ['a fault with status 500', [500, { errorWrappers: [{ error: 'MS_UNAVAILABLE' }] }], 1],
    ['429', [429, {}], 3],
    ['500', [500, '<html>oops</html>'], 3],
    ['503', [503, {}], 3],
    ['404', [404, {}], 1],
    ['a page of HTML', [200, '<html>Welcome to VIES</html>'], 1],
    ['an empty body', [200, ''], 1],
    ['a JSON null', [200, 'null'], 1],
    ['an answer without a verdict', [200, { ...VALID, valid: undefined }], 1],
    ['a verdict that is no boolean', [200, { ...VALID, valid: 'true' }], 1],
    ['an answer about another number', [200, { ...VALID, vatNumber: '40303265045' }], 1],
    ['an answer about another country', [200, { ...VALID, countryCode: 'DE' }], 1],
    ['a connection that breaks', 'reset', 3],
    ['silence', 'hang', 3],
  ])('takes %s for no answer', async (_title, answer, requests) => {
    peer.script = [answer]
    const said = await vies().check(ASKED)
    expect(said).toEqual({ kind: 'unavailable', reason: expect.stringMatching(/\S/) })
    expect(peer.seen).toHaveLength(requests)
  })

  it('gets through once what was in the way has passed', async () => {
    peer.script = [fault('MS_MAX_CONCURRENT_REQ'), [503, {}], [200, VALID]]
    expect(await vies().check(ASKED)).toMatchObject({ kind: 'valid' })
    expect(peer.seen).toHaveLength(3)
  })

  it('is left alone after failing several times in a row', async () => {
    peer.script = [[503, {}]]
    const register = vies()
    await register.check(ASKED)
    await register.check(ASKED)
    const before = peer.seen.length
    expect(await register.check(ASKED)).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringMatching(/left alone/),
    })
    expect(peer.seen).toHaveLength(before)
  })

  it('is unavailable where nobody listens', async () => {
    const register = viesRegister('http://127.0.0.1:9/rest-api', patience)
    expect(await register.check(ASKED)).toEqual({
      kind: 'unavailable',
      reason: 'VIES could not be reached',
    })
  })
})
