import { Parser } from 'htmlparser2'
import {
  declarationsOf,
  hides,
  hidingSelectors,
  isUnreadableLook,
  lookInside,
  PLAIN_LOOK,
  type Look,
} from './hidden-style.ts'

/** Far above any letter; what nests or repeats more is made to keep a reader busy. */
const MAX_CHARACTERS = 400_000
const MAX_TAGS = 10_000
const MAX_DEPTH = 400
const UNSEEN = new Set(
  'style script textarea option select noscript title head template object iframe svg'.split(' '),
)
const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '))
const BLOCKS = new Set(
  'p div tr li h1 h2 h3 h4 h5 h6 blockquote table ul ol pre section article'.split(' '),
)

export interface HtmlText {
  readonly text: string
  /** Words that the HTML kept from the reader's eyes; empty when there are none. */
  readonly hidden: string
}

interface Element {
  readonly name: string
  readonly hidden: boolean
  readonly quoted: boolean
  readonly look: Look
}

/**
 * The words of an HTML mail as a reader sees them, of an endless one the beginning; quotations as lines with ">".
 * Markup, scripts, comments, links' addresses and what is hidden (by style, size, colour or place) are gone.
 */
export function htmlToText(html: string): HtmlText {
  const bounded = boundedHtml(html.replaceAll(BEGIN_QUOTE, '').replaceAll(END_QUOTE, ''))
  const unseen = hidingSelectors(styleSheets(bounded))
  const open: Element[] = []
  const visible: string[] = []
  const hidden: string[] = []
  let quotes = 0
  const quote = (change: number) => {
    quotes += change
    visible.push(change > 0 ? BEGIN_QUOTE : END_QUOTE)
  }
  const close = () => {
    const element = open.pop()
    if (element?.quoted) quote(-1)
    if (element && BLOCKS.has(element.name)) visible.push('\n')
  }
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        if (name === 'br' || name === 'hr') visible.push('\n')
        if (VOID.has(name) || open.length >= MAX_DEPTH) return
        if (BLOCKS.has(name)) visible.push('\n')
        if ((name === 'td' || name === 'th') && open.length > 0) visible.push(' ')
        const outer = open.at(-1)
        const element = elementOf(name, attributes, outer, unseen)
        if (element.quoted) quote(1)
        open.push(element)
      },
      ontext: (text) => {
        const element = open.at(-1)
        if (UNSEEN.has(element?.name ?? '') || open.some(({ name }) => name === 'head')) return
        const gone = element !== undefined && (element.hidden || isUnreadableLook(element.look))
        ;(gone ? hidden : visible).push(text.replaceAll(/[^\S\u00A0]+/g, ' '))
      },
      onclosetag: (name) => {
        if (VOID.has(name)) return
        const at = open.findLastIndex((element) => element.name === name)
        if (at === -1) return
        while (open.length > at) close()
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  )
  parser.end(bounded)
  return { text: quotedLines(visible.join('')), hidden: wordsOf(hidden.join(' ')) }
}

const BEGIN_QUOTE = '\u0002'
const END_QUOTE = '\u0003'
const QUOTE_MARK = new RegExp(`(${BEGIN_QUOTE}|${END_QUOTE})`)

function elementOf(
  name: string,
  attributes: Readonly<Record<string, string>>,
  outer: Element | undefined,
  unseen: ReadonlySet<string>,
): Element {
  const style = declarationsOf(attributes['style'] ?? '')
  const given = new Map(style)
  if (attributes['bgcolor'] && !given.has('background-color'))
    given.set('background-color', attributes['bgcolor'].toLowerCase())
  if (name === 'font' && attributes['color'] && !given.has('color'))
    given.set('color', attributes['color'].toLowerCase())
  const classes = (attributes['class'] ?? '').toLowerCase().split(/\s+/).slice(0, 50)
  const id = (attributes['id'] ?? '').toLowerCase()
  const selectors = [name, `#${id}`, ...classes.flatMap((one) => [`.${one}`, `${name}.${one}`])]
  return {
    name,
    hidden:
      outer?.hidden === true ||
      UNSEEN.has(name) ||
      'hidden' in attributes ||
      hides(style) ||
      selectors.some((selector) => unseen.has(selector)),
    quoted: name === 'blockquote',
    look: lookInside(outer?.look ?? PLAIN_LOOK, given),
  }
}

function boundedHtml(html: string): string {
  const head = html.slice(0, MAX_CHARACTERS)
  let at = -1
  for (let tags = 0; tags < MAX_TAGS; tags += 1) {
    at = head.indexOf('<', at + 1)
    if (at === -1) return head
  }
  return head.slice(0, at)
}

function styleSheets(html: string): string {
  const sheets: string[] = []
  const lower = html.toLowerCase()
  for (let at = lower.indexOf('<style'); at !== -1; at = lower.indexOf('<style', at + 6)) {
    const end = lower.indexOf('</style', at)
    sheets.push(html.slice(html.indexOf('>', at) + 1, end === -1 ? undefined : end))
    if (end === -1) break
    at = end
  }
  return sheets.join('\n').slice(0, MAX_CHARACTERS)
}

/** Each quotation on lines of its own, with a ">" for each level. */
function quotedLines(marked: string): string {
  let level = 0
  const lines: string[] = []
  for (const part of marked.split(QUOTE_MARK)) {
    if (part === BEGIN_QUOTE) level += 1
    else if (part === END_QUOTE) level -= 1
    else {
      const mark = '>'.repeat(Math.min(level, 5))
      for (const line of trimmedLines(part))
        if (mark === '') lines.push(line)
        else if (line !== '') lines.push(`${mark} ${line}`)
    }
  }
  return lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

function trimmedLines(text: string): string[] {
  return text
    .replaceAll('\u00A0', ' ')
    .replaceAll(/ +/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .replaceAll(/^\n+|\n+$/g, '\n')
    .split('\n')
}

function wordsOf(text: string): string {
  return /\p{L}{2,}/u.test(text) ? text.replaceAll(/\s+/g, ' ').trim().slice(0, 2000) : ''
}
