import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { AppError } from '#src/kernel/errors.ts'
import { isIban } from './bank-account.ts'
import { readLogo } from './logo.ts'

function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.writeUInt8(8, 8)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.alloc(height * (width + 1)))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function jpeg(width: number, height: number, components = 3): Buffer {
  const frame = Buffer.alloc(10)
  frame.set([0xff, 0xc0, 0, 17, 8])
  frame.writeUInt16BE(height, 5)
  frame.writeUInt16BE(width, 7)
  frame.writeUInt8(components, 9)
  const comment = Buffer.from([0xff, 0xfe, 0, 4, 0xff, 0xc0])
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    comment,
    frame,
    Buffer.alloc(16),
    Buffer.from([0xff, 0xd9]),
  ])
}

const url = (mime: string, bytes: Buffer) => `data:${mime};base64,${bytes.toString('base64')}`

function refusalOf(dataUrl: string): string {
  try {
    readLogo(dataUrl)
  } catch (error) {
    if (error instanceof AppError) return `${error.code} ${error.message}`
    throw error
  }
  return 'taken'
}

describe('a logo', () => {
  it('is read by what it is', () => {
    const bytes = png(240, 64)
    expect(readLogo(url('image/png', bytes))).toEqual({
      mime: 'image/png',
      widthPixels: 240,
      heightPixels: 64,
      bytes: bytes.length,
    })
    expect(readLogo(url('image/jpeg', jpeg(640, 100)))).toMatchObject({
      mime: 'image/jpeg',
      widthPixels: 640,
      heightPixels: 100,
    })
  })

  it.each([
    ['an address', 'https://example.com/logo.png', 'as a data url'],
    ['an SVG', url('image/svg+xml', Buffer.from('<svg onload="x"/>')), 'an SVG can hold scripts'],
    ['text that calls itself a PNG', url('image/png', Buffer.from('no picture at all')), 'neither'],
    ['a PNG that calls itself a JPEG', url('image/jpeg', png(99, 99)), 'says it is image/jpeg'],
    ['a PNG without an end', url('image/png', png(99, 99).subarray(0, -12)), 'broken'],
    ['a JPEG without an end', url('image/jpeg', jpeg(99, 99).subarray(0, -2)), 'broken'],
    ['a CMYK JPEG', url('image/jpeg', jpeg(99, 99, 4)), 'neither'],
    ['one too small', url('image/png', png(15, 99)), '15 × 99 pixels'],
    ['one too large', url('image/jpeg', jpeg(4001, 4000)), '4001 × 4000 pixels'],
    ['a stripe', url('image/png', png(1600, 16)), 'more than 12 to 1'],
    [
      'one too heavy',
      url('image/png', Buffer.concat([png(99, 99), Buffer.alloc(300_000)])),
      'bytes',
    ],
  ])('is refused when it is %s', (_what, dataUrl, reason) => {
    const refusal = refusalOf(dataUrl)
    expect(refusal).toMatch(/^invalid_input logo: /)
    expect(refusal).toContain(reason)
  })
})

describe('an IBAN', () => {
  it('is told from one with a mistyped digit', () => {
    expect(isIban('DE89 3704 0044 0532 0130 00')).toBe(true)
    expect(isIban('GB29NWBK60161331926819')).toBe(true)
    expect(isIban('DE89 3704 0044 0532 0130 01')).toBe(false)
    expect(isIban('DE98 3704 0044 0532 0130 00')).toBe(false)
    expect(isIban('370400440532013000')).toBe(false)
  })
})
