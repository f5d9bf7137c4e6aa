import { describe, expect, it } from 'vitest'
import { decideCase, decideFile, parseState, type ModelDecider } from './decide.ts'

const STATE = {
  userId: 'u1',
  workflowId: 'w1',
  billingStatus: 'active',
  sender: { trust: 'verified' },
  trigger: {
    type: 'customer_query',
    payload: {
      messageId: 'm',
      from: 'a@b.example',
      subject: 'Invoice',
      text: 'Please send me a copy of the invoice.',
      receivedAt: '2026-03-01T00:00:00Z',
    },
  },
}
const GIBBERISH = {
  ...STATE,
  trigger: { ...STATE.trigger, payload: { ...STATE.trigger.payload, subject: '', text: 'hm' } },
}
const certain: ModelDecider = async () => ({
  nextAgent: 'anomaly_agent',
  reasoning: 'r',
  confidence: 0.7,
})
const gone: ModelDecider = async () => null

describe('who decides a case', () => {
  it('lets guards decide before a model is asked', async () => {
    const asked: string[] = []
    const model: ModelDecider = async ({ workflowId }) => {
      asked.push(workflowId)
      return null
    }
    const state = parseState({ ...STATE, sender: undefined })
    expect((await decideCase(state, model)).reasonCode).toBe('unverified_sender')
    expect(asked).toEqual([])
  })

  it('takes the answer of a model that is there', async () => {
    const decision = await decideCase(parseState(STATE), certain)
    expect(decision).toMatchObject({ nextAgent: 'anomaly_agent', source: 'model' })
  })

  it('lets the rules decide when the model is gone, and a person when they abstain', async () => {
    expect(await decideCase(parseState(STATE), gone)).toMatchObject({
      nextAgent: 'inquiry_agent',
      source: 'rules',
    })
    expect(await decideCase(parseState(GIBBERISH), gone)).toMatchObject({
      nextAgent: 'human_escalation',
      reasonCode: 'model_unavailable',
    })
    expect((await decideCase(parseState(GIBBERISH))).reasonCode).toBeUndefined()
  })

  it('hands an event no rule names to a person', async () => {
    const trigger = { type: 'stripe_event', payload: { id: 'evt', type: 'invoice.paid' } }
    const decision = await decideCase(parseState({ ...STATE, trigger }), certain)
    expect(decision).toMatchObject({ nextAgent: 'human_escalation', source: 'rules' })
  })
})

describe('deciding a file', () => {
  it('answers a line a state, in order', async () => {
    const lines = await decideFile(
      `${JSON.stringify(STATE)}\n\n${JSON.stringify(GIBBERISH)}\n`,
      true,
    )
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { nextAgent: 'inquiry_agent', source: 'rules' },
      { nextAgent: 'human_escalation', source: 'rules' },
    ])
  })

  it('names the line and the field that is wrong, and answers nothing', async () => {
    const bad = JSON.stringify({ ...STATE, billingStatus: 'rich' })
    await expect(decideFile(`${JSON.stringify(STATE)}\n${bad}`, true)).rejects.toThrow(
      'line 2: billingStatus',
    )
    await expect(decideFile(`${JSON.stringify(STATE)}\n{`, true)).rejects.toThrow(
      'line 2: not JSON',
    )
    await expect(decideFile('[]', false)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(
      decideFile(JSON.stringify({ ...STATE, trigger: { type: 'mood' } }), false),
    ).rejects.toThrow('trigger.type')
  })
})
