import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { maskSecrets } from '#src/approvals/secrets.ts'
import type { Model, ModelAnswer, ModelRequest } from '#src/gateways/model/model.ts'
import { hashOf, sha256 } from '#src/kernel/canonical.ts'
import { AppError } from '#src/kernel/errors.ts'

const Usage = z.object({
  provider: z.string(),
  model: z.string(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  latencyMs: z.number(),
})
/** A call as it is kept, a line each: hashes of what was asked, and the answer with its secrets masked. */
const RecordedCall = z.object({
  purpose: z.string(),
  promptHash: z.string(),
  schemaHash: z.string(),
  inputHash: z.string(),
  answer: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('answer'), content: z.string(), usage: Usage }),
    z.object({ kind: z.literal('refusal'), reason: z.string(), usage: Usage }),
  ]),
})
type RecordedCall = z.infer<typeof RecordedCall>

/**
 * The model, with each answer appended to `path`. A call without an answer is none to replay and is left out.
 * @throws conflict where the file exists: a recording is never mixed with an older one
 */
export function recordingModel(model: Model, path: string): Model {
  if (existsSync(path)) throw new AppError('conflict', `the recording ${path} exists already`)
  writeFileSync(path, '')
  return {
    call: async (request) => {
      const answer = await model.call(request)
      if (answer.kind !== 'unavailable') {
        const line = { ...identityOf(request), answer: masked(answer) }
        appendFileSync(path, `${JSON.stringify(line)}\n`)
      }
      return answer
    },
  }
}

/** What a replay could not answer. */
export interface ReplayedModel extends Model {
  /** Calls without a recording, in words; none when all were there. */
  readonly missing: () => string[]
}

/**
 * Answers from a recording, by prompt, schema and input; asked the same again (`--k`), the next recorded answer, and
 * the last one for ever. What was never recorded is unavailable, and named at the end.
 * @throws not_found; invalid_input naming the line
 */
export function replayingModel(path: string): ReplayedModel {
  const recorded = readRecording(path)
  const calls = Map.groupBy(recorded, keyOf)
  const asked = new Map<string, number>()
  const missed: ReturnType<typeof identityOf>[] = []
  return {
    call: (request) => {
      const identity = identityOf(request)
      const key = keyOf(identity)
      const known = calls.get(key)
      const turn = asked.get(key) ?? 0
      asked.set(key, turn + 1)
      const answer = known?.[Math.min(turn, known.length - 1)]?.answer
      if (answer) return Promise.resolve(answer)
      missed.push(identity)
      return Promise.resolve({ kind: 'unavailable', reason: 'not recorded' })
    },
    missing: () => describeMissing(missed, recorded),
  }
}

function describeMissing(
  missed: readonly ReturnType<typeof identityOf>[],
  recorded: readonly RecordedCall[],
): string[] {
  const groups = Map.groupBy(missed, ({ purpose, promptHash, schemaHash }) =>
    [purpose, promptHash, schemaHash].join(' '),
  )
  return [...groups.values()].flatMap((some) => {
    const [one] = some
    if (!one) return []
    const known = recorded.filter(({ purpose }) => purpose === one.purpose)
    const changed = [
      known.some(({ promptHash }) => promptHash === one.promptHash) ? [] : ['prompt'],
      known.some(({ schemaHash }) => schemaHash === one.schemaHash) ? [] : ['schema'],
    ].flat()
    const why =
      known.length === 0
        ? 'none recorded for this purpose'
        : changed.length > 0
          ? `the ${changed.join(' and ')} changed since`
          : 'inputs never recorded'
    return [`${some.length} calls for ${one.purpose} are not in the recording: ${why}`]
  })
}

function readRecording(path: string): RecordedCall[] {
  if (!existsSync(path)) throw new AppError('not_found', `the recording ${path} cannot be read`)
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.flatMap((line, at) => {
    if (line.trim() === '') return []
    try {
      return [RecordedCall.parse(JSON.parse(line))]
    } catch (cause) {
      throw new AppError('invalid_input', `${path}, line ${at + 1}: not a recorded call`, { cause })
    }
  })
}

function identityOf(request: ModelRequest) {
  return {
    purpose: request.purpose,
    promptHash: sha256(request.system),
    schemaHash: hashOf({ name: request.schemaName, schema: request.schema }),
    inputHash: sha256(request.user),
  }
}

function keyOf({ promptHash, schemaHash, inputHash }: ReturnType<typeof identityOf>): string {
  return `${promptHash}:${schemaHash}:${inputHash}`
}

function masked(answer: Exclude<ModelAnswer, { kind: 'unavailable' }>) {
  return answer.kind === 'answer'
    ? { ...answer, content: maskSecrets(answer.content) }
    : { ...answer, reason: maskSecrets(answer.reason) }
}
