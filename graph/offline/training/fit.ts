import { scoresOf, softmax } from '../classifier/classify.ts'
import { BUCKETS, featuresOf, type Features } from '../classifier/features.ts'
import type { Weights } from '../classifier/weights.ts'
import { read } from '../reading.ts'
import { seededRandom, type Random } from '#src/kernel/random.ts'

export interface Example {
  readonly features: Features
  /** Place of its intent among the intents. */
  readonly target: number
  /** How much it counts: rare intents count as much as common ones. */
  readonly weight: number
}

const EPOCHS = 6
const RATE = 0.5
/** What an intent has to learn from an example when it has as good as learned it: nothing. */
const SETTLED = 1e-3
const DECAY = 2e-6
/** The bias moves slower: how common an intent is in the corpus says little about the mail to come. */
const BIAS_PACE = 0.02

/** Multinomial logistic regression by AdaGrad; the order of examples comes from a fixed seed. */
export function fit(intents: readonly string[], examples: readonly Example[]): FittedRows {
  const count = intents.length
  const rows = new Float32Array(BUCKETS * count)
  const squares = new Float32Array(BUCKETS * count).fill(1e-4)
  const bias = new Float64Array(count)
  const random = seededRandom(20_260_301)
  const order = Uint32Array.from(examples, (_, at) => at)
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    shuffle(order, random)
    for (const at of order) {
      const example = examples[at]
      if (example) step({ rows, bias }, squares, example)
    }
  }
  return { rows, bias }
}

export interface FittedRows {
  readonly rows: Float32Array
  readonly bias: Float64Array
}

function step(
  { rows, bias }: FittedRows,
  squares: Float32Array,
  { features: { buckets }, target, weight }: Example,
): void {
  const count = bias.length
  const value = 1 / Math.sqrt(Math.max(1, buckets.length))
  const scores = Float64Array.from(bias)
  for (const bucket of buckets) {
    const row = bucket * count
    for (let at = 0; at < count; at += 1)
      scores[at] = cellOf(scores, at) + cellOf(rows, row + at) * value
  }
  const shares = softmax(scores)
  for (let at = 0; at < count; at += 1) {
    const push = (cellOf(shares, at) - (at === target ? 1 : 0)) * weight
    bias[at] = cellOf(bias, at) - RATE * BIAS_PACE * push
    if (Math.abs(push) < SETTLED) continue
    for (const bucket of buckets) {
      const cell = bucket * count + at
      const gradient = push * value + DECAY * cellOf(rows, cell)
      const square = cellOf(squares, cell) + gradient * gradient
      squares[cell] = square
      rows[cell] = cellOf(rows, cell) - (RATE * gradient) / Math.sqrt(square)
    }
  }
}

function cellOf(from: Float32Array | Float64Array, at: number): number {
  return from[at] ?? 0
}

function shuffle(order: Uint32Array, random: Random): void {
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = random.between(0, at)
    const held = order[at] ?? 0
    order[at] = order[other] ?? 0
    order[other] = held
  }
}

/** One byte a weight; what hardly speaks becomes nothing. */
export function quantise({ rows, bias }: FittedRows): Pick<Weights, 'rows' | 'bias' | 'scale'> {
  const largest = rows.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0)
  const scale = Number((largest / 127).toPrecision(6))
  return {
    rows: Int8Array.from(rows, (weight) =>
      Math.max(-127, Math.min(127, Math.round(weight / scale))),
    ),
    bias: Array.from(bias, (each) => Number(each.toFixed(4))),
    scale,
  }
}

/** The divisor under which the dev split is least surprised (lowest log loss). */
export function temperatureFor(model: Weights, held: readonly Example[]): number {
  const scores = held.map(({ features }) => scoresOf(model, features))
  let best = { temperature: 1, loss: Infinity }
  for (let tenths = 3; tenths <= 40; tenths += 1) {
    const temperature = tenths / 10
    const loss = held.reduce((sum, { target }, at) => {
      const share = softmax((scores[at] ?? new Float64Array()).map((one) => one / temperature))
      return sum - Math.log(Math.max(1e-9, share[target] ?? 0))
    }, 0)
    if (loss < best.loss) best = { temperature, loss }
  }
  return best.temperature
}

export function exampleOf(text: string, target: number, weight: number): Example {
  return { features: featuresOf(read(text)), target, weight }
}
