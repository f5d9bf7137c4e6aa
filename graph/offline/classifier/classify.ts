import { ROUTES, type Route } from '../../state.ts'
import type { ReadSentence } from '../reading.ts'
import { featuresOf, type Features } from './features.ts'
import { weights, type Weights } from './weights.ts'

/** What a trained reader makes of a text. */
export interface Reading {
  readonly route: Route
  /** Probability of each route, 0..1, together 1. */
  readonly share: Readonly<Record<Route, number>>
  /** The likeliest intent of that route, as the corpus names it. */
  readonly intent: string
  /** The words that spoke most for it, strongest first. */
  readonly because: readonly string[]
}

/** Reads a text with the trained weights. Deterministic; the same words always give the same shares. */
export function classify(sentences: readonly ReadSentence[]): Reading {
  const model = weights()
  const features = featuresOf(sentences)
  const share = sharesOf(model, features)
  const byRoute = shareOfRoutes(share)
  const route = ROUTES.reduce((best, next) => (byRoute[next] > byRoute[best] ? next : best))
  const at = likeliest(model, share, route)
  return {
    route,
    share: byRoute,
    intent: model.intents[at] ?? route,
    because: decidingWords(model, features, at),
  }
}

/** The route an intent belongs to: `inquiry.copy` is for the inquiry agent. */
export function routeOfIntent(intent: string): Route {
  return ROUTES.find((route) => route.startsWith(intent.slice(0, intent.indexOf('.')))) ?? PERSON
}

const PERSON: Route = 'human_escalation'

/** Scores of the intents before they are made probabilities. */
export function scoresOf(model: Weights, { buckets }: Features): Float64Array {
  const { intents, rows, scale, bias } = model
  const count = intents.length
  const sums = new Float64Array(count)
  for (const bucket of buckets) {
    const row = bucket * count
    for (let at = 0; at < count; at += 1) sums[at] = (sums[at] ?? 0) + (rows[row + at] ?? 0)
  }
  const factor = scale / Math.sqrt(Math.max(1, buckets.length))
  return sums.map((sum, at) => sum * factor + (bias[at] ?? 0))
}

function sharesOf(model: Weights, features: Features): Float64Array {
  return softmax(scoresOf(model, features).map((score) => score / model.temperature))
}

export function softmax(scores: Float64Array): Float64Array {
  const highest = scores.reduce((a, b) => Math.max(a, b), -Infinity)
  const powers = scores.map((score) => Math.exp(score - highest))
  const total = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / total)
}

/** Probability of each intent, in the order of the weights, without the grounds `classify` gives. */
export function sharesOfIntents(sentences: readonly ReadSentence[]): Float64Array {
  return sharesOf(weights(), featuresOf(sentences))
}

/** What the intents add up to by route. */
export function shareOfRoutes(share: Float64Array): Record<Route, number> {
  const sums = { dunning_agent: 0, inquiry_agent: 0, anomaly_agent: 0, human_escalation: 0 }
  routes ??= weights().intents.map(routeOfIntent)
  for (const [at, route] of routes.entries()) sums[route] += share[at] ?? 0
  return sums
}

let routes: readonly Route[] | undefined

function likeliest({ intents }: Weights, share: Float64Array, route: Route): number {
  let best = -1
  for (const [at, intent] of intents.entries()) {
    if (routeOfIntent(intent) !== route) continue
    if (best < 0 || (share[at] ?? 0) > (share[best] ?? 0)) best = at
  }
  return best
}

const NAMED_WORDS = 3

function decidingWords(model: Weights, features: Features, intent: number): string[] {
  const { intents, rows } = model
  const pull = new Map<string, number>()
  for (const [at, bucket] of features.buckets.entries()) {
    const word = features.words[features.wordOf[at] ?? -1]
    if (word === undefined) continue
    const weight = rows[bucket * intents.length + intent] ?? 0
    pull.set(word, (pull.get(word) ?? 0) + weight)
  }
  return [...pull]
    .filter(([, sum]) => sum > 0)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, NAMED_WORDS)
    .map(([word]) => word)
}
