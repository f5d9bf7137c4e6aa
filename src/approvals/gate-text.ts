import { disguises, plainText } from './disguises.ts'
import { assuranceProblems, claimProblems, languageProblems } from './claim-problems.ts'
import { found, readingsOf } from './find-words.ts'
import { findSecret } from './secrets.ts'
import { DATE_WORD } from './words/dates.ts'
import { HARMS } from './words/harms.ts'
import { AMOUNT_SIGN, AMOUNT_WORD, ANY_DIGIT, NUMBER_WORD, ROMAN_NUMBER } from './words/numbers.ts'
import { MONEY_PROMISE, TIME_PROMISE } from './words/promises.ts'

/** Values computed by code, by key ("invoice.total"). */
export type Facts = Readonly<Record<string, string>>

/** Why a text may not go out: a stable code and what stood there. */
export interface TextProblem {
  readonly code: string
  readonly found: string
}

interface GateOptions {
  readonly facts: Facts
  readonly author: 'model' | 'rules' | 'human'
  /** What the customer is written to in (ISO 639-1): then a model's text may hold nothing else. */
  readonly language?: string | undefined
}

/** Finds what speaks against a text; `gateText` is the one of the product. */
export type TextGate = (text: string, options: GateOptions) => TextProblem[]

const PLACEHOLDER = /\{\{\s*fact:([a-z0-9_.]+)\s*\}\}/g
const LINK = /(?:[a-z][a-z0-9+.-]*:\/\/|www\.|mailto:)[^\s<>"]*/giu
const DOMAIN = /\b[\p{L}\d](?:[\p{L}\d-]*[\p{L}\d])?\.(?!(?:\s|$))\p{L}{2,}\b/giu
const EMAIL = /\S+@\S+/gu
/** No word and no sentence without a pause is as long; reading one takes the patterns far too much time. */
const ENDLESS_WORD = /[\p{L}\p{M}]{200}/u
/** Our own ids: a prefix and what no word looks like. */
const ID =
  /(?<![\p{L}\p{N}])(?:cus|in|inv|pi|pm|ch|sub|evt|acct|org|con|msg|thr|case|esc|run|tok|re|dp|txn|key|ano)_[\p{L}\p{N}]+/u
/**
 * The gates a text passes before a customer sees it (S5, ROUTING_POLICY §4). Rules and models may state numbers,
 * dates and links only through `{{fact:key}}`; a person may write numbers, and links to our own pages.
 * Everybody's text is refused for threats, talk of fraud or balances, secrets and unknown facts.
 */
export function gateText(text: string, options: GateOptions): TextProblem[] {
  const problems: TextProblem[] = []
  const normal = plainText(text)
  const endless = ENDLESS_WORD.exec(normal)?.[0]
  if (endless !== undefined) return [{ code: 'endless_word', found: endless.slice(0, 80) }]
  const named = new Set<string>()
  const free = normal.replace(PLACEHOLDER, (_match, key: string) => {
    named.add(key)
    if (!Object.hasOwn(options.facts, key)) problems.push({ code: 'unknown_fact', found: key })
    return ' '
  })
  if (/\{\{|\}\}/.test(free)) problems.push({ code: 'broken_placeholder', found: '{{' })
  const readings = readingsOf(free)
  for (const { code, pattern } of HARMS) problems.push(...found(code, pattern, readings))
  const secret = findSecret(free)
  if (secret) problems.push({ code: secret, found: secret })
  problems.push(...linkProblems(free, options))
  if (options.author !== 'human')
    problems.push(
      ...disguises(text),
      // A numeral in a circle is a plain letter once it is normalised.
      ...found('free_number', ANY_DIGIT, [text.replace(PLACEHOLDER, ' ')]),
      ...freeValueProblems(free, readings),
      ...sumProblems(named, options.facts),
      ...claimProblems(readings, options.facts),
    )
  if (options.author === 'model')
    problems.push(
      ...assuranceProblems(readings, named, options.facts),
      ...languageProblems(free, options.language),
    )
  return problems
}

/** Facts that come to `change.total` together: some of them alone would not explain it. */
const CHANGE_PART = /^change\.(?:part\.\d+|rest|tax)$/

function sumProblems(named: ReadonlySet<string>, facts: Facts): TextProblem[] {
  const parts = Object.keys(facts).filter((key) => CHANGE_PART.test(key))
  const missing = parts.find((key) => !named.has(key))
  const states = parts.some((key) => named.has(key))
  return states && missing !== undefined ? [{ code: 'incomplete_sum', found: missing }] : []
}

/** A model's text states values only through facts, and promises neither money nor time. */
function freeValueProblems(free: string, readings: readonly string[]): TextProblem[] {
  return [
    ...found('free_number', ANY_DIGIT, [free]),
    ...found('free_number', ROMAN_NUMBER, [free]),
    ...found('free_number', NUMBER_WORD, readings),
    ...found('free_amount', AMOUNT_SIGN, [free]),
    ...found('free_amount', AMOUNT_WORD, readings),
    ...found('free_date', DATE_WORD, readings),
    ...found('free_id', ID, [free]),
    ...found('money_promise', MONEY_PROMISE, readings),
    ...found('time_promise', TIME_PROMISE, readings),
  ]
}

function linkProblems(free: string, options: GateOptions): TextProblem[] {
  const origins = Object.values(options.facts).flatMap((value) => originOf(value) ?? [])
  const foreign = (free.match(LINK) ?? []).find(
    (link) => options.author !== 'human' || !origins.includes(originOf(link) ?? ''),
  )
  const rest = free.replace(LINK, ' ')
  const link = foreign ?? rest.match(EMAIL)?.[0] ?? rest.match(DOMAIN)?.[0]
  return link === undefined ? [] : [{ code: 'link', found: link.slice(0, 80) }]
}

/** "https://host:port" of an http(s) address without user info, else null. */
function originOf(text: string): string | null {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null
  const url = new URL(text)
  return url.username === '' && url.password === '' ? url.origin : null
}

const RIGHT_TO_LEFT = /\p{Script=Arabic}/u

/** Among Arabic a figure keeps its own order ("+€1.50", "2026-02") only within isolates; links stay as they are. */
function isolated(value: string): string {
  return value === '' || originOf(value) !== null ? value : `\u2068${value}\u2069`
}

export type FilledText =
  | { readonly kind: 'filled'; readonly text: string }
  | { readonly kind: 'refused'; readonly problems: readonly TextProblem[] }

/** Gates the text, then puts the facts in: once, so that a fact which looks like a placeholder stays text. */
export function fillFacts(
  text: string,
  options: GateOptions,
  gate: TextGate = gateText,
): FilledText {
  const problems = gate(text, options)
  if (problems.length > 0) return { kind: 'refused', problems }
  return {
    kind: 'filled',
    text: text.replace(PLACEHOLDER, (_match, key: string) =>
      RIGHT_TO_LEFT.test(text) ? isolated(options.facts[key] ?? '') : (options.facts[key] ?? ''),
    ),
  }
}
