import { FORBIDDEN, MONEY_PROMISE, SPELLED_NUMBER } from './forbidden-words.ts'
import { findSecret } from './secrets.ts'

/** Values computed by code, by key ("invoice.total"). */
export type Facts = Readonly<Record<string, string>>

/** Why a text may not go out: a stable code and what stood there. */
export interface TextProblem {
  readonly code: string
  readonly found: string
}

const PLACEHOLDER = /\{\{\s*fact:([a-z0-9_.]+)\s*\}\}/g
const LINK = /(?:[a-z][a-z0-9+.-]*:\/\/|www\.|mailto:)[^\s<>"]*/giu
const DOMAIN = /\b[\p{L}\d](?:[\p{L}\d-]*[\p{L}\d])?\.(?!(?:\s|$))\p{L}{2,}\b/giu
const EMAIL = /\S+@\S+/gu
const NUMBER = /[\p{Nd}\p{Nl}\p{No}]+/gu
const CURRENCY = /[$€£¥₹]|\b(?:EUR|USD|GBP|CHF|JPY)\b/gu
/** Characters that hide text or turn its direction. Built from escapes: they cannot be seen in a source file. */
const HIDDEN = new RegExp('[\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\ufeff\\u00ad]', 'gu')

/**
 * The gates a text passes before a customer sees it (S5, ROUTING_POLICY §4). Rules and models may state numbers,
 * dates and links only through `{{fact:key}}`; a person may write numbers, and links to our own pages.
 * Everybody's text is refused for threats, talk of fraud or balances, secrets and unknown facts.
 */
export function gateText(
  text: string,
  options: { facts: Facts; author: 'model' | 'rules' | 'human' },
): TextProblem[] {
  const problems: TextProblem[] = []
  const normal = text.normalize('NFKC').replace(HIDDEN, '')
  const named = new Set<string>()
  const free = normal.replace(PLACEHOLDER, (_match, key: string) => {
    named.add(key)
    if (!Object.hasOwn(options.facts, key)) problems.push({ code: 'unknown_fact', found: key })
    return ' '
  })
  if (/\{\{|\}\}/.test(free)) problems.push({ code: 'broken_placeholder', found: '{{' })
  for (const { code, pattern } of FORBIDDEN) {
    const match = pattern.exec(free)
    if (match) problems.push({ code, found: match[0] })
  }
  const secret = findSecret(free)
  if (secret) problems.push({ code: secret, found: secret })
  problems.push(...linkProblems(free, options))
  if (options.author !== 'human')
    problems.push(...freeValueProblems(free), ...sumProblems(named, options.facts))
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

/** A model's text states values only through facts, and promises no money. */
function freeValueProblems(free: string): TextProblem[] {
  const checks: readonly (readonly [string, RegExp])[] = [
    ['free_number', NUMBER],
    ['free_amount', CURRENCY],
    ['free_date', SPELLED_NUMBER],
    ['money_promise', MONEY_PROMISE],
  ]
  return checks.flatMap(([code, pattern]) => {
    const match = free.match(pattern)
    return match ? [{ code, found: match[0].slice(0, 80) }] : []
  })
}

function linkProblems(
  free: string,
  options: { facts: Facts; author: 'model' | 'rules' | 'human' },
): TextProblem[] {
  const origins = Object.values(options.facts).flatMap((value) => originOf(value) ?? [])
  const foreign = (free.match(LINK) ?? []).find(
    (link) => options.author !== 'human' || !origins.includes(originOf(link) ?? ''),
  )
  const rest = free.replace(LINK, ' ')
  const found = foreign ?? rest.match(EMAIL)?.[0] ?? rest.match(DOMAIN)?.[0]
  return found === undefined ? [] : [{ code: 'link', found: found.slice(0, 80) }]
}

/** "https://host:port" of an http(s) address without user info, else null. */
function originOf(text: string): string | null {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null
  const url = new URL(text)
  return url.username === '' && url.password === '' ? url.origin : null
}

export type FilledText =
  | { readonly kind: 'filled'; readonly text: string }
  | { readonly kind: 'refused'; readonly problems: readonly TextProblem[] }

/** Gates the text, then puts the facts in: once, so that a fact which looks like a placeholder stays text. */
export function fillFacts(
  text: string,
  options: { facts: Facts; author: 'model' | 'rules' | 'human' },
): FilledText {
  const problems = gateText(text, options)
  if (problems.length > 0) return { kind: 'refused', problems }
  return {
    kind: 'filled',
    text: text.replace(PLACEHOLDER, (_match, key: string) => options.facts[key] ?? ''),
  }
}
