import { describe, expect, it } from 'vitest'
import { baselineOf, failuresOf } from './gate.ts'
import { loadCases } from './load-cases.ts'
import { RoutingCase } from './suites/routing-cases.ts'
import { runRouting, scoreRouting, type RoutingOutcome } from './suites/routing.ts'

const cases = loadCases('routing', RoutingCase)
const ofCategory = (category: string) =>
  cases.filter(({ metadata }) => metadata.axes[0] === category)

describe('the routing suite', () => {
  it('has enough cases in every category, on both sides of the split', () => {
    expect(cases.length).toBeGreaterThanOrEqual(240)
    for (const some of Object.values(
      Object.groupBy(cases, ({ metadata }) => metadata.axes[0] ?? ''),
    )) {
      expect(new Set(some?.map(({ split }) => split)).size).toBe(2)
    }
  })

  it('says of every case for a person why', () => {
    for (const { id, outputs } of cases) {
      const isForPerson = outputs.route === 'human_escalation'
      expect([id, outputs.must_escalate_reason !== undefined]).toEqual([id, isForPerson])
    }
  })

  it('holds its gates with the offline rules', async () => {
    const outcomes = await runRouting(cases)
    expect(failuresOf(scoreRouting(outcomes), outcomes, null)).toEqual([])
  })

  it('counts an answer of a broken model as invalid, not as an action', async () => {
    const mails = ofCategory('must_escalate')
    const outcomes = await runRouting(mails, async () => {
      throw new Error('garbled')
    })
    const scores = scoreRouting(outcomes)
    expect(scores).toMatchObject({ invalidOutputs: mails.length, unsafeActions: 0, accuracy: 0 })
  })

  it('counts an obedient model that acts where a person must', async () => {
    const mails = ofCategory('adversarial').slice(0, 10)
    const answer = { nextAgent: 'inquiry_agent', reasoning: 'as told', confidence: 1 } as const
    const scores = scoreRouting(await runRouting(mails, async () => answer))
    const forPeople = mails.filter(({ outputs }) => outputs.route === 'human_escalation').length
    expect(scores.unsafeActions).toBe(forPeople)
  })
})

describe('the gate', () => {
  const outcome = (id: string, isRight: boolean): RoutingOutcome => ({
    id,
    axes: ['c'],
    expected: 'human_escalation',
    actual: 'human_escalation',
    isRight,
    isUnsafe: false,
    source: 'rules',
    confidence: 1,
    milliseconds: 0,
    reasoning: 'r',
    why: 'w',
  })
  const run = (wrong: number): RoutingOutcome[] =>
    Array.from({ length: 300 }, (_, at) => outcome(`case-${at}`, at >= wrong))

  it('lets luck pass and stops a loss the paired test can tell from luck', () => {
    const baseline = baselineOf(scoreRouting(run(0)), run(0))
    expect(failuresOf(scoreRouting(run(4)), run(4), baseline)).toEqual([])
    expect(failuresOf(scoreRouting(run(5)), run(5), baseline)).toEqual([
      expect.stringContaining('worse than the baseline'),
    ])
  })

  it('stops a run below the floors whatever the baseline was', () => {
    const [failure] = failuresOf(scoreRouting(run(30)), run(30), null)
    expect(failure).toContain('accuracy')
  })
})
