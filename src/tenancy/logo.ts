import { invalidField } from '#src/kernel/errors.ts'

/** A logo by what it is, not by what its sender calls it. */
export interface Logo {
  readonly mime: 'image/png' | 'image/jpeg'
  readonly widthPixels: number
  readonly heightPixels: number
  readonly bytes: number
}

const DATA_URL = /^data:(?<mime>image\/[a-z+.-]+);base64,(?<base64>[A-Za-z0-9+/]+={0,2})$/
const MAX_BYTES = 300_000
const MIN_SIDE = 16
const MAX_SIDE = 4000
const MAX_RATIO = 12
const PNG_SIGNATURE = '89504e470d0a1a0a'

/**
 * Reads a picture given as a data url: never from an address, which would let a sender make us fetch things.
 * SVG is refused: it can hold scripts and links, and the page with it is shown to customers.
 * @throws invalid_input naming `path` for other kinds, a broken picture, or one that is too heavy, large, small or long.
 */
export function readLogo(dataUrl: string, path = 'logo'): Logo {
  const read = inspectLogo(dataUrl)
  if ('problem' in read) throw invalidField(path, read.problem)
  return read
}

/** The same, or what is wrong with it. */
export function inspectLogo(dataUrl: string): Logo | { readonly problem: string } {
  const { mime, base64 } = DATA_URL.exec(dataUrl)?.groups ?? {}
  if (mime === undefined || base64 === undefined)
    return { problem: 'must be a picture as a data url: "data:image/png;base64,…"' }
  if (mime === 'image/svg+xml')
    return { problem: 'an SVG can hold scripts and links: send a PNG or JPEG' }
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length > MAX_BYTES)
    return { problem: `has ${bytes.length} bytes, ${MAX_BYTES} at most` }
  const picture = pngOf(bytes) ?? jpegOf(bytes)
  if (!picture) return { problem: 'is neither a PNG nor an RGB or grey JPEG, or is broken' }
  if (picture.mime !== mime) return { problem: `says it is ${mime} and is ${picture.mime}` }
  const { widthPixels: width, heightPixels: height } = picture
  const sides = `is ${width} × ${height} pixels`
  if (Math.min(width, height) < MIN_SIDE || Math.max(width, height) > MAX_SIDE)
    return { problem: `${sides}: each side must have ${MIN_SIDE} to ${MAX_SIDE}` }
  if (Math.max(width / height, height / width) > MAX_RATIO)
    return { problem: `${sides}: more than ${MAX_RATIO} to 1` }
  return { ...picture, bytes: bytes.length }
}

type Picture = Omit<Logo, 'bytes'>

/** PNG (ISO/IEC 15948): the header chunk comes first and tells the size; the end chunk is last. */
function pngOf(bytes: Buffer): Picture | null {
  if (bytes.subarray(0, 8).toString('hex') !== PNG_SIGNATURE) return null
  if (bytes.length < 45 || bytes.toString('latin1', 12, 16) !== 'IHDR') return null
  if (!bytes.subarray(-12).includes('IEND', 0, 'latin1')) return null
  return {
    mime: 'image/png',
    widthPixels: bytes.readUInt32BE(16),
    heightPixels: bytes.readUInt32BE(20),
  }
}

/** JPEG (ISO/IEC 10918-1): segments up to the frame header. Four components are CMYK, whose colours PDF/A has no profile for. */
function jpegOf(bytes: Buffer): Picture | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null
  if (bytes.readUInt16BE(bytes.length - 2) !== 0xffd9) return null
  let at = 2
  while (at + 10 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) {
      const components = bytes[at + 9]
      if (components !== 1 && components !== 3) return null
      return {
        mime: 'image/jpeg',
        widthPixels: bytes.readUInt16BE(at + 7),
        heightPixels: bytes.readUInt16BE(at + 5),
      }
    }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return null
}
