import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Model, ModelRequest } from '#src/gateways/model/model.ts'
import { recordingModel, replayingModel } from './recording.ts'

const folder = mkdtempSync(join(tmpdir(), 'tollkeeper-recording-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const usage = { provider: 'p', model: 'm', inputTokens: 1, outputTokens: 1, latencyMs: 5 }
const request = (change: Partial<ModelRequest> = {}): ModelRequest => ({
  purpose: 'supervisor',
  system: 'Route it.',
  user: '{"text":"my key is sk_live_4242424242424242"}',
  schemaName: 'decision',
  schema: { type: 'object' },
  ...change,
})
const counting = (): Model => {
  let call = 0
  return {
    call: () => {
      call += 1
      const content = `answer ${call}, card 4242 4242 4242 4242`
      return Promise.resolve({ kind: 'answer', content, usage })
    },
  }
}

it('replays answers in the order they were given, and never keeps inputs or secrets', async () => {
  const path = join(folder, 'first.jsonl')
  const live = recordingModel(counting(), path)
  await live.call(request())
  await live.call(request())
  const kept = readFileSync(path, 'utf8')
  expect(kept).not.toContain('sk_live')
  expect(kept).not.toContain('4242 4242')
  const replayed = replayingModel(path)
  const contents = []
  for (let turn = 0; turn < 3; turn += 1) {
    const answer = await replayed.call(request())
    contents.push(answer.kind === 'answer' ? answer.content.slice(0, 8) : answer.kind)
  }
  expect(contents).toEqual(['answer 1', 'answer 2', 'answer 2'])
  expect(replayed.missing()).toEqual([])
})

it('says what is missing when a prompt, a schema or an input is another', async () => {
  const path = join(folder, 'second.jsonl')
  await recordingModel(counting(), path).call(request())
  const replayed = replayingModel(path)
  expect(await replayed.call(request({ system: 'Route it well.' }))).toMatchObject({
    kind: 'unavailable',
  })
  await replayed.call(request({ schema: { type: 'string' } }))
  await replayed.call(request({ user: '{}' }))
  await replayed.call(request({ purpose: 'inquiry', system: 'Explain.' }))
  expect(replayed.missing()).toEqual([
    '1 calls for supervisor are not in the recording: the prompt changed since',
    '1 calls for supervisor are not in the recording: the schema changed since',
    '1 calls for supervisor are not in the recording: inputs never recorded',
    '1 calls for inquiry are not in the recording: none recorded for this purpose',
  ])
})

it('does not write over a recording, nor take anything else for one', () => {
  const path = join(folder, 'third.jsonl')
  recordingModel(counting(), path)
  expect(() => recordingModel(counting(), path)).toThrow('exists already')
  expect(() => replayingModel(join(folder, 'none'))).toThrow('cannot be read')
})
