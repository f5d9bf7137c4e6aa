import { Alias, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Document, Node, YAMLMap } from 'yaml'
import type { FieldProblem } from '#src/kernel/errors.ts'

/** A YAML or JSON text as plain values: every number stands as its own source text, never as a float. */
export interface SourceTree {
  readonly value: unknown
  readonly problems: readonly FieldProblem[]
  /** Line of the deepest part of the path that the text has, 1-based. */
  readonly lineOf: (path: string) => number | undefined
}

// A document of aliases to aliases grows without end; no real price list comes near these.
const NODE_LIMIT = 100_000
const DEPTH_LIMIT = 40
const CHARACTER_LIMIT = 1_000_000

interface Walk {
  readonly document: Document
  readonly counter: LineCounter
  readonly lines: Map<string, number>
  readonly problems: FieldProblem[]
  nodes: number
}

/** Reads YAML 1.2 (and so JSON); syntax errors come back as problems with their lines, all of them. */
export function readSource(text: string): SourceTree {
  if (text.length > CHARACTER_LIMIT)
    return refused([
      { line: 1, message: `the document has more than ${CHARACTER_LIMIT} characters` },
    ])
  const unreadable = unreadableText(text)
  if (unreadable.length > 0) return refused(unreadable)
  const counter = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false,
    schema: 'core',
    // Below this level a second document in the text would not be told of.
    logLevel: 'error',
  })
  const lines = new Map<string, number>()
  const problems: FieldProblem[] = []
  for (const flaw of [...document.errors, ...document.warnings]) {
    const path = `(syntax ${problems.length + 1})`
    lines.set(path, counter.linePos(flaw.pos[0]).line)
    const message = MESSAGES[flaw.code] ?? firstWords(flaw.message)
    // The parser says it once for every level that it has to give up.
    if (message.startsWith('Maximum call stack')) return refused([{ line: 1, message: TOO_DEEP }])
    problems.push({ path, message })
  }
  const walk: Walk = { document, counter, lines, problems, nodes: 0 }
  const value = document.errors.length > 0 ? undefined : plainValue(document.contents, '', 0, walk)
  return { value, problems, lineOf: (path) => lineIn(lines, path) }
}

/** The parser quotes what it stumbled over, be it the rest of the file. */
function firstWords(message: string): string {
  const line = message.split(/\\n|\n/u, 1)[0] ?? ''
  return line === message && line.length <= LONGEST_MESSAGE
    ? line
    : `${line.slice(0, LONGEST_MESSAGE)} …`
}

const LONGEST_MESSAGE = 120
const TOO_DEEP = 'the document is too large or too deep'
const MESSAGES: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'begins a second document: one file is one price list',
}

interface LineProblem {
  readonly line: number
  readonly message: string
}

function refused(found: readonly LineProblem[]): SourceTree {
  const lines = new Map(found.map(({ line }, index) => [`(text ${index + 1})`, line]))
  const problems = found.map(({ message }, index) => ({ path: `(text ${index + 1})`, message }))
  return { value: undefined, problems, lineOf: (path) => lines.get(path) }
}

/** Lines with characters that no price list means: U+FFFD is what bytes become that are not UTF-8. */
function unreadableText(text: string): LineProblem[] {
  if (!UNREADABLE.test(text)) return []
  return text.split('\n').flatMap((line, index) => {
    const found = UNREADABLE.exec(line)?.[0]
    if (found === undefined) return []
    const code = `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
    const message = found === '\uFFFD' ? 'is not UTF-8 text' : `holds the character ${code}`
    return [{ line: index + 1, message }]
  })
}

// oxlint-disable-next-line no-control-regex -- these are what is looked for
const UNREADABLE = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F\uFFFD]|\p{Surrogate}/u

/** Finds lines as `readSource` does; reads the text only once it is asked. Text that is too long has none. */
export function lineFinder(text: string): SourceTree['lineOf'] {
  let read: SourceTree['lineOf'] | undefined
  return (path) => {
    if (text.length > CHARACTER_LIMIT) return undefined
    read ??= readSource(text).lineOf
    return read(path)
  }
}

/** "tiers[0].basePrice" from its steps. */
export function formatPath(steps: readonly PropertyKey[]): string {
  return steps.reduce<string>((path, step) => joinPath(path, step), '')
}

function joinPath(path: string, step: PropertyKey): string {
  if (typeof step === 'number') return `${path}[${step}]`
  return path === '' ? String(step) : `${path}.${String(step)}`
}

function lineIn(lines: ReadonlyMap<string, number>, path: string): number | undefined {
  for (let at = path; ; at = at.replace(/(\.[^.[]*|\[\d+\]|[^.[]+)$/, '')) {
    const line = lines.get(at)
    if (line !== undefined || at === '') return line
  }
}

function plainValue(node: unknown, path: string, depth: number, walk: Walk): unknown {
  noteLine(node, path, walk)
  if (walk.nodes > NODE_LIMIT) return undefined
  walk.nodes += 1
  if (walk.nodes > NODE_LIMIT || depth > DEPTH_LIMIT) {
    walk.problems.push({ path, message: TOO_DEEP })
    // Nothing more is worth reading: one such problem is enough.
    walk.nodes = NODE_LIMIT + 1
    return undefined
  }
  if (isAlias(node)) return plainValue(resolveAlias(node, path, walk), path, depth + 1, walk)
  if (isScalar(node)) return scalarValue(node.value, node.source)
  if (isSeq(node))
    return node.items.map((item, index) => plainValue(item, joinPath(path, index), depth + 1, walk))
  if (isMap(node)) return mapValue(node, path, depth, walk)
  return null
}

function scalarValue(value: unknown, source: string | undefined): unknown {
  if (typeof value !== 'number' && typeof value !== 'bigint') return value
  // YAML allows .5 and 5. as numbers.
  return (source ?? String(value)).replace(/^([+-]?)(?=\.\d)/, '$10').replace(/\.(?=$|[eE])/, '')
}

function resolveAlias(alias: Alias, path: string, walk: Walk): Node | undefined {
  const target = alias.resolve(walk.document)
  if (!target) walk.problems.push({ path, message: `no anchor named "${alias.source}"` })
  return target
}

function mapValue(map: YAMLMap, path: string, depth: number, walk: Walk): unknown {
  const entries: [string, unknown][] = []
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(scalarValue(key.value, key.source)) : undefined
    const inner = joinPath(path, name ?? '?')
    noteLine(key, inner, walk)
    if (name === undefined || name === '__proto__')
      walk.problems.push({ path: inner, message: 'not allowed as a key' })
    else if (name === '<<')
      walk.problems.push({ path: inner, message: 'merge keys are not read: write the keys out' })
    else entries.push([name, plainValue(value, inner, depth + 1, walk)])
  }
  return Object.fromEntries(entries)
}

/** The first note wins: a key is noted before its value, so a long value counts from its key's line. */
function noteLine(node: unknown, path: string, walk: Walk): void {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : null
  if (range && !walk.lines.has(path)) walk.lines.set(path, walk.counter.linePos(range[0]).line)
}
