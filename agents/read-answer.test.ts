import { describe, expect, it } from 'vitest'
import type { Model, ModelAnswer, ModelRequest } from '#src/gateways/model/model.ts'
import { askModel } from './ask-model.ts'
import { promptNamed } from './prompt.ts'
import { readAnswer } from './read-answer.ts'
import { DECISION_CONTRACT } from './supervisor-contract.ts'

const GOOD = '{"reasoning":"r","nextAgent":"inquiry_agent"}'

describe('an answer is read', () => {
  it.each([
    ['as it is', GOOD],
    ['with space around', `\n  ${GOOD}\n`],
    ['out of a fence', `\`\`\`json\n${GOOD}\n\`\`\``],
    ['out of a fence in prose', `Here {you} are:\n\`\`\`\n${GOOD}\n\`\`\`\nDone.`],
    ['out of prose', `The answer is ${GOOD} as asked.`],
    ['after thinking', `<think>maybe {"nextAgent":"x"}?</think>${GOOD}`],
    ['with escapes', '{"reasoning":"a \\"b\\" {c}","nextAgent":"inquiry_agent"}'],
  ])('%s', (_title, text) => {
    expect(readAnswer(DECISION_CONTRACT, text)).toMatchObject({
      kind: 'valid',
      answer: { nextAgent: 'inquiry_agent' },
    })
  })
})

describe('an answer is none', () => {
  const bad: [string, string][] = [
    ['empty', ''],
    ['prose', 'inquiry_agent'],
    ['cut off', GOOD.slice(0, -3)],
    ['cut off in thought', `<think>perhaps ${GOOD} or`.replace('}', '')],
    ['two objects', `${GOOD}\n${GOOD}`],
    ['a list of two', `[${GOOD},${GOOD}]`],
    ['null', 'null'],
    ['a key too many', '{"reasoning":"r","nextAgent":"inquiry_agent","amount":5}'],
    ['a key missing', '{"nextAgent":"inquiry_agent"}'],
    ['a route of its own', '{"reasoning":"r","nextAgent":"refund_agent"}'],
    ['a route in another case', '{"reasoning":"r","nextAgent":"Inquiry_Agent"}'],
    ['a route with a space', '{"reasoning":"r","nextAgent":"inquiry_agent "}'],
    ['a key twice', '{"reasoning":"r","nextAgent":"human_escalation","nextAgent":"inquiry_agent"}'],
    [
      'a key twice, once escaped',
      '{"reasoning":"r","nextAgent":"human_escalation","next\\u0041gent":"inquiry_agent"}',
    ],
    ['single quotes', "{'reasoning':'r','nextAgent':'inquiry_agent'}"],
    ['a comment', '{"reasoning":"r", // x\n"nextAgent":"inquiry_agent"}'],
    ['a text too long', JSON.stringify({ reasoning: 'r'.repeat(2_001), nextAgent: 'x' })],
    ['a prototype', '{"__proto__":{"nextAgent":"inquiry_agent"},"reasoning":"r"}'],
  ]
  it.each(bad)('%s', (_title, text) => {
    expect(readAnswer(DECISION_CONTRACT, text).kind).toBe('invalid')
  })

  it.each(bad)('and is repaired once, then left: %s', async (_title, text) => {
    const asked: ModelRequest[] = []
    const model = answering(() => text, asked)
    const { answer, record } = await askModel(model, question)
    expect(answer).toBeNull()
    expect(record).toMatchObject({ failure: 'invalid', repairs: 1, inputTokens: 20 })
    expect(asked.map(({ isRepair }) => isRepair)).toEqual([false, true])
    expect(asked[1]?.user.startsWith(asked[0]?.user ?? '-')).toBe(true)
    expect(asked[1]?.complaintAbout?.(GOOD)).toBeNull()
  })

  it('takes the repaired one', async () => {
    const asked: ModelRequest[] = []
    const model = answering((call) => (call === 1 ? 'no' : GOOD), asked)
    const { answer, record } = await askModel(model, question)
    expect(answer).toMatchObject({ nextAgent: 'inquiry_agent' })
    expect(record).toMatchObject({ failure: null, repairs: 1 })
  })
})

const question = {
  purpose: 'supervisor',
  prompt: promptNamed('supervisor'),
  contract: DECISION_CONTRACT,
  input: { message: 'hi' },
}

function answering(content: (call: number) => string, asked: ModelRequest[]): Model {
  const usage = { provider: 'p', model: 'm', inputTokens: 10, outputTokens: 5, latencyMs: 1 }
  return {
    call: (request): Promise<ModelAnswer> => {
      asked.push(request)
      return Promise.resolve({ kind: 'answer', content: content(asked.length), usage })
    },
  }
}
