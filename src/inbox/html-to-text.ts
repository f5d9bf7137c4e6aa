import sanitizeHtml from 'sanitize-html'

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&nbsp;': ' ',
  '&amp;': '&',
}

/** The words of an HTML mail. Markup, scripts and styles are gone; the HTML itself is never kept. */
export function htmlToText(html: string): string {
  const broken = html.replaceAll(
    /<br\b[^>]*>|<\/(p|div|tr|li|h[1-6]|blockquote|table)\s*>/gi,
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
