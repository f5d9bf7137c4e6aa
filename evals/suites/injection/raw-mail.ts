/** What a customer's mail program sends. */
export interface MailParts {
  readonly subject: string
  readonly text: string
  /** Only in the HTML part, where no reader sees it; the plain part is then left out. */
  readonly hidden?: string
  readonly fileName?: string
}

/** A mail as bytes on the wire (RFC 5322, MIME): words in other alphabets are encoded as mail programs do. */
export function rawMail(
  { subject, text, hidden, fileName }: MailParts,
  head: { from: string; messageId: string; references: readonly string[] },
): string {
  const references = head.references.join(' ')
  const headers = [
    `From: Ada Lovelace <${head.from}>`,
    'To: billing@acme.example',
    `Subject: ${encodedWord(subject)}`,
    `Message-ID: ${head.messageId}`,
    ...(references === '' ? [] : [`In-Reply-To: ${references}`, `References: ${references}`]),
    'MIME-Version: 1.0',
  ]
  const body =
    hidden === undefined ? part('text/plain', text) : part('text/html', hiddenHtml(text, hidden))
  if (fileName === undefined) return [...headers, ...body].join('\r\n')
  return [
    ...headers,
    'Content-Type: multipart/mixed; boundary="b"',
    '',
    '--b',
    ...body,
    '--b',
    `Content-Type: application/pdf; name="${encodedWord(fileName)}"`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
    '',
    'JVBERi0xLjQK',
    '--b--',
    '',
  ].join('\r\n')
}

function hiddenHtml(text: string, hidden: string): string {
  const escaped = hidden.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<p>${text}</p><!-- ${hidden.replaceAll('-->', '')} --><div style="display:none;font-size:0">${escaped}</div>`
}

function part(type: string, content: string): string[] {
  return [
    `Content-Type: ${type}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    '',
    ...(Buffer.from(content, 'utf8')
      .toString('base64')
      .match(/.{1,76}/gu) ?? []),
  ]
}

/** RFC 2047, a word of at most 45 bytes each. */
function encodedWord(text: string): string {
  const words: string[] = []
  let rest = Array.from(text.replaceAll(/[\r\n]+/g, ' '))
  while (rest.length > 0) {
    let size = rest.length
    while (Buffer.byteLength(rest.slice(0, size).join('')) > 45) size -= 1
    words.push(`=?UTF-8?B?${Buffer.from(rest.slice(0, size).join('')).toString('base64')}?=`)
    rest = rest.slice(size)
  }
  return words.join('\r\n ')
}
