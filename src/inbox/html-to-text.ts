import sanitizeHtml from 'sanitize-html'

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&nbsp;': ' ',
  '&amp;': '&',
}

/** Far above any letter; what nests or repeats more is made to keep a reader busy. */
const MAX_CHARACTERS = 400_000
const MAX_TAGS = 10_000

function bounded(html: string): string {
  const head = html.slice(0, MAX_CHARACTERS)
  let at = -1
  for (let tags = 0; tags < MAX_TAGS; tags += 1) {
    at = head.indexOf('<', at + 1)
    if (at === -1) return head
  }
  return head.slice(0, at)
}

/** The words of an HTML mail, of an endless one the beginning. Markup, scripts and styles are gone; the HTML itself is never kept. */
export function htmlToText(html: string): string {
  const broken = bounded(html).replaceAll(
    /<br\b[^<>]*>|<\/(p|div|tr|li|h[1-6]|blockquote|table)\s*>/gi,
    '$&\n',
  )
  return sanitizeHtml(broken, {
    allowedTags: [],
    allowedAttributes: {},
    nonTextTags: ['style', 'script', 'textarea', 'option', 'noscript', 'title', 'head'],
  })
    .replaceAll(/&(?:lt|gt|quot|nbsp|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}
