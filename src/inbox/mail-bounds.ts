const MOST_PARTS = 2000
const LONGEST_HEADER_BYTES = 100_000
const MOST_HEADERS = 1000
const MOST_HEADER_BYTES = 256_000
const MOST_LINES = 150_000
/** What is read in a few milliseconds, beside other work. */
const EASY_BYTES = 300_000
const EASY_LINES = 2000
const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
/** Its letters are written as others' (+ADw-script+AD4-), which every filter but the reader's takes for harmless. */
const UTF_7 = /charset\s*=\s*["']?(?:x-|unicode-[\d-]*)?utf-?7\b|=\?(?:x-|unicode-[\d-]*)?utf-?7\?/i

/**
 * Why a mail is not worth a parser's time, found by looking at its bytes once; null for any mail that a person or
 * an ordinary program would send.
 */
export function outOfBounds(raw: Uint8Array): string | null {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  const headers = headerProblem(bytes)
  if (headers !== null) return headers
  let parts = 0
  for (let at = bytes.indexOf('\n--'); at !== -1; at = bytes.indexOf('\n--', at + 3)) {
    parts += 1
    // Lines that could part a multipart: dashes of a plain text are fewer.
    if (parts > MOST_PARTS) return `it has more than ${MOST_PARTS} parts`
  }
  if (linesUpTo(bytes, MOST_LINES) >= MOST_LINES) return `it has more than ${MOST_LINES} lines`
  return UTF_7.test(bytes.toString('latin1')) ? 'it is written in UTF-7' : null
}

/** Whether reading it would keep everybody else waiting: the reader spends its time on lines and bytes. */
export function isLaborious(raw: Uint8Array): boolean {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  return bytes.length > EASY_BYTES || linesUpTo(bytes, EASY_LINES) >= EASY_LINES
}

function linesUpTo(bytes: Buffer, most: number): number {
  let lines = 0
  for (
    let at = bytes.indexOf(NEWLINE);
    at !== -1 && lines < most;
    at = bytes.indexOf(NEWLINE, at + 1)
  )
    lines += 1
  return lines
}

function headerProblem(bytes: Buffer): string | null {
  let count = 0
  for (let start = 0; start < bytes.length; count += 1) {
    const found = bytes.indexOf(NEWLINE, start)
    const end = found === -1 ? bytes.length : found
    const length = end - start - (bytes[end - 1] === CARRIAGE_RETURN ? 1 : 0)
    if (length <= 0) return null
    if (length > LONGEST_HEADER_BYTES && (found !== -1 || start > 0))
      return 'a header line is longer than 100 kB'
    if (count >= MOST_HEADERS) return `it has more than ${MOST_HEADERS} header lines`
    if (end > MOST_HEADER_BYTES && count > 0) return 'its headers are longer than 256 kB'
    start = end + 1
  }
  return null
}
