import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** What the first line of weights.bin says about the bytes behind it. */
const WeightsHeader = z.object({
  /** Names of the intents; the part before the dot names the route. */
  intents: z.array(z.string()),
  /** A weight is its byte times this. */
  scale: z.number(),
  bias: z.array(z.number()),
  /** Divides the scores, so that a probability means what it says; fitted on the dev split. */
  temperature: z.number(),
  /** SHA-256 of the corpus these were trained on. */
  corpus: z.string(),
})
export interface Weights extends z.infer<typeof WeightsHeader> {
  /** A row of one byte an intent for each bucket. */
  readonly rows: Int8Array
}

export const WEIGHTS_FILE = new URL('weights.bin', import.meta.url)

/** The file's form: one line of JSON, then the rows. */
export function packWeights({ rows, ...header }: Weights): Buffer {
  const line = Buffer.from(`${JSON.stringify(header)}\n`, 'utf8')
  return Buffer.concat([line, Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength)])
}

export function unpackWeights(bytes: Buffer): Weights {
  const end = bytes.indexOf(0x0a)
  const header: unknown = JSON.parse(bytes.subarray(0, end).toString('utf8'))
  const { buffer, byteOffset, byteLength } = bytes
  const rows = new Int8Array(buffer, byteOffset + end + 1, byteLength - end - 1)
  return { ...WeightsHeader.parse(header), rows }
}

let loaded: Weights | undefined

/** The trained weights; read from disk with the first question, not at start. */
export function weights(): Weights {
  loaded ??= unpackWeights(readFileSync(WEIGHTS_FILE))
  return loaded
}
