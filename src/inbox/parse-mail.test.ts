import { expect, it } from 'vitest'
import { parseMail } from './parse-mail.ts'

const LONGEST_MS = 4000
const html = (body: string) => `From: a@b.example\r\nContent-Type: text/html\r\n\r\n${body}`

const nested = (depth: number) =>
  Array.from(
    { length: depth },
    (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
  ).join('')

// Each of these kept a reader busy for seconds to minutes, and everybody else waiting.
it.each([
  ['comments opened in From', `From: ${'(a'.repeat(200_000)}\r\n\r\nx`],
  ['comments opened elsewhere', `From: a@b.example\r\nPrecedence: ${'('.repeat(900_000)}\r\n\r\nx`],
  ['elements in elements', html('<div>'.repeat(300_000))],
  ['open angles', html('<'.repeat(2_000_000))],
  ['half line breaks', html('<br '.repeat(500_000))],
  ['lines without end', `From: a@b.example\r\n\r\n${'\n'.repeat(9_000_000)}`],
  ['headers without end', `${'X-A: b\r\n'.repeat(100_000)}\r\nx`],
  ['one header of a megabyte', `X-A: ${'b'.repeat(1_000_000)}\r\n\r\nx`],
  ['multiparts in multiparts', nested(300)],
  [
    'parts without end',
    `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(300_000)}`,
  ],
])(
  'reads a mail of %s in good time',
  async (_what, raw) => {
    const parsed = await parseMail(new TextEncoder().encode(raw))
    expect(parsed.text.length).toBeLessThan(400_000)
  },
  LONGEST_MS,
)

it('still reads the words of a long newsletter', async () => {
  const { text } = await parseMail(new TextEncoder().encode(html('<p>word</p>'.repeat(3000))))
  expect(text.split('word')).toHaveLength(3001)
})

it('reads what is laborious beside other work, one at a time', async () => {
  const raw = new TextEncoder().encode(`From: a@b.example\r\n\r\n${'some words\r\n'.repeat(5000)}`)
  let turns = 0
  let reading = true
  const turn = () => {
    turns += 1
    if (reading) setImmediate(turn)
  }
  turn()
  const both = await Promise.all([parseMail(raw), parseMail(raw)])
  reading = false
  expect(both.map(({ from, text }) => [from, text.length])).toEqual([
    ['a@b.example', 54_999],
    ['a@b.example', 54_999],
  ])
  expect(turns).toBeGreaterThan(10)
})

it('hands what it does not read to a person, with the reason', async () => {
  const mail = await parseMail(
    new TextEncoder().encode(
      'From: a@b.example\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+ADw-',
    ),
  )
  expect(mail).toMatchObject({ text: '', subject: '', unreadable: 'it is written in UTF-7' })
})
