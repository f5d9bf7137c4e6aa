import { expect, it } from 'vitest'
import { parseMail } from './parse-mail.ts'

const LONGEST_MS = 4000
const html = (body: string) => `From: a@b.example\r\nContent-Type: text/html\r\n\r\n${body}`

// Each of these kept a reader busy for seconds to minutes, and everybody else waiting.
it.each([
  ['comments opened in From', `From: ${'(a'.repeat(200_000)}\r\n\r\nx`],
  ['comments opened elsewhere', `From: a@b.example\r\nPrecedence: ${'('.repeat(900_000)}\r\n\r\nx`],
  ['elements in elements', html('<div>'.repeat(300_000))],
  ['open angles', html('<'.repeat(2_000_000))],
  ['half line breaks', html('<br '.repeat(500_000))],
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
