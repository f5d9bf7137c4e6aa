/** Markup that is safe to put into a page. Only `html` makes it. */
export interface Markup {
  readonly markup: string
}

type Value = string | Markup | null | false | readonly Markup[]

/** A template whose plain values are escaped; markup goes through, null and false leave nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const parts = strings.map((text, index) => text + rendered(values[index] ?? null))
  return { markup: parts.join('') }
}

function rendered(value: Value): string {
  if (value === null || value === false) return ''
  if (typeof value === 'string') return escaped(value)
  if ('markup' in value) return value.markup
  return value.map(({ markup }) => markup).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
