/** An element with its attributes and content, ready to be written. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly content: string | readonly XmlElement[]
}

type Child = XmlElement | null | readonly Child[]

/** A text element; null where there is no text: EN 16931 knows no empty elements. */
export function leaf(
  name: string,
  text: string | null,
  attributes: Readonly<Record<string, string>> = {},
): XmlElement | null {
  const kept = text === null ? '' : plainText(text)
  return kept === '' ? null : { name, attributes, content: kept }
}

/** An element of elements, in the order given; null where all of them are. */
export function branch(name: string, ...children: readonly Child[]): XmlElement | null {
  const content = flatten(children)
  return content.length === 0 ? null : { name, attributes: {}, content }
}

/** An XML 1.0 document in UTF-8; the root carries the namespaces. */
export function writeXml(
  root: string,
  namespaces: Readonly<Record<string, string>>,
  children: readonly Child[],
): string {
  const element = { name: root, attributes: namespaces, content: flatten(children) }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${write(element, '')}`
}

function flatten(children: readonly Child[]): XmlElement[] {
  return children.flatMap((child) =>
    child === null ? [] : 'name' in child ? [child] : flatten(child),
  )
}

function write({ name, attributes, content }: XmlElement, indent: string): string {
  const open = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escape(value)}"`),
  ].join(' ')
  if (content.length === 0) return `${indent}<${open}/>\n`
  if (typeof content === 'string') return `${indent}<${open}>${escape(content)}</${name}>\n`
  const inner = content.map((child) => write(child, `${indent}  `)).join('')
  return `${indent}<${open}>\n${inner}${indent}</${name}>\n`
}

/** Without what XML 1.0 cannot carry: control characters, halves of surrogate pairs, U+FFFE and U+FFFF. */
function plainText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .trim()
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
