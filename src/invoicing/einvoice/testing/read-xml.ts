export interface XmlNode {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlNode[]
  readonly text: string
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
}
const TOKEN =
  /<(?<close>\/)?(?<name>[\w:]+)(?<attributes>(?: [\w:]+="[^"<]*")*)(?<empty>\/)?>|(?<text>[^<]+)/y

/** A strict reader of the XML we write: elements, attributes, text. @throws for anything that is not well-formed. */
export function readXml(xml: string): XmlNode {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n'
  if (!xml.startsWith(head)) throw new Error('no XML declaration')
  const open: {
    name: string
    attributes: Record<string, string>
    children: XmlNode[]
    text: string
  }[] = [{ name: '', attributes: {}, children: [], text: '' }]
  TOKEN.lastIndex = head.length
  while (TOKEN.lastIndex < xml.length) {
    const from = TOKEN.lastIndex
    const found = TOKEN.exec(xml)?.groups
    const parent = open.at(-1)
    if (!found || !parent) throw new Error(`not well-formed: ${xml.slice(from, from + 60)}`)
    const { close, name = '', attributes = '', empty, text } = found
    if (text !== undefined) parent.text += unescape(text)
    else if (close !== undefined) {
      const node = open.pop()
      if (!node || node.name !== name) throw new Error(`</${name}> closes ${node?.name}`)
      open.at(-1)?.children.push(node)
    } else {
      const node = { name, attributes: attributesOf(attributes), children: [], text: '' }
      if (empty === undefined) open.push(node)
      else parent.children.push(node)
    }
  }
  const [root, ...others] = open[0]?.children ?? []
  if (!root || others.length > 0 || open.length !== 1) throw new Error('not one root')
  return root
}

/** The nodes under a path of element names. */
export function nodesAt(node: XmlNode, path: string): XmlNode[] {
  return path
    .split('/')
    .reduce<XmlNode[]>(
      (nodes, name) => nodes.flatMap(({ children }) => children.filter((c) => c.name === name)),
      [node],
    )
}

/** The text of the first of them; null where there is none. */
export function textAt(node: XmlNode, path: string): string | null {
  return nodesAt(node, path)[0]?.text ?? null
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/ ([\w:]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
      key,
      unescape(value),
    ]),
  )
}

function unescape(text: string): string {
  return text.replace(/&[^;]*;?/g, (entity) => {
    const meant = ENTITIES[entity]
    if (meant === undefined) throw new Error(`unknown entity ${entity}`)
    return meant
  })
}
