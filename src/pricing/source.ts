import { Alias, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Document, Node, YAMLMap } from 'yaml'
import { AppError, type FieldProblem } from '#src/kernel/errors.ts'

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

interface Walk {
  readonly document: Document
  readonly counter: LineCounter
  readonly lines: Map<string, number>
  readonly problems: FieldProblem[]
  nodes: number
}

/** Reads YAML 1.2 (and so JSON); syntax errors come back as problems with their lines, all of them. */
export function readSource(text: string): SourceTree {
  const counter = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false,
    schema: 'core',
    logLevel: 'silent',
  })
  const lines = new Map<string, number>()
  const problems: FieldProblem[] = []
  for (const flaw of [...document.errors, ...document.warnings]) {
    const path = `(syntax ${problems.length + 1})`
    lines.set(path, counter.linePos(flaw.pos[0]).line)
    problems.push({ path, message: flaw.message })
  }
  const walk: Walk = { document, counter, lines, problems, nodes: 0 }
  const value = document.errors.length > 0 ? undefined : plainValue(document.contents, '', 0, walk)
  return { value, problems, lineOf: (path) => lineIn(lines, path) }
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
  walk.nodes += 1
  if (walk.nodes > NODE_LIMIT || depth > DEPTH_LIMIT)
    throw new AppError('invalid_input', 'the document is too large or too deep')
  noteLine(node, path, walk)
  if (isAlias(node)) return plainValue(resolveAlias(node, path, walk), path, depth + 1, walk)
  if (isScalar(node)) return scalarValue(node.value, node.source)
  if (isSeq(node))
    return node.items.map((item, index) => plainValue(item, joinPath(path, index), depth + 1, walk))
  if (isMap(node)) return mapValue(node, path, depth, walk)
  return null
}

function scalarValue(value: unknown, source: string | undefined): unknown {
  return typeof value === 'number' || typeof value === 'bigint' ? (source ?? String(value)) : value
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
    else entries.push([name, plainValue(value, inner, depth + 1, walk)])
  }
  return Object.fromEntries(entries)
}

/** The first note wins: a key is noted before its value, so a long value counts from its key's line. */
function noteLine(node: unknown, path: string, walk: Walk): void {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : null
  if (range && !walk.lines.has(path)) walk.lines.set(path, walk.counter.linePos(range[0]).line)
}
