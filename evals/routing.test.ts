import { describe, expect, it } from 'vitest'
import { baselineOf, lossesAgainst } from './baseline.ts'
import { loadCases } from './load-cases.ts'
import { brokenGates } from './suite.ts'
import { RoutingCase, routedCase } from './suites/routing-cases.ts'
import { routingResult } from './suites/routing.ts'
import { runRouting } from './suites/run-routing.ts'

const cases = loadCases('routing', RoutingCase).map(routedCase)
const ofCategory = (category: string) =>
  cases.filter(({ metadata }) => metadata.axes[0] === category)
const scored = async (...run: Parameters<typeof runRouting>) => {
  const outcomes = await runRouting(...run)
  const { figures } = routingResult(outcomes, { k: run[1]?.k ?? 1, spent: null })
  return Object.fromEntries(figures.map(({ name, value }) => [name, value]))
}

describe('the routing suite', () => {
  it('has enough cases in every category, on both sides of the split', () => {
    expect(cases.length).toBeGreaterThanOrEqual(600)
    for (const some of Object.values(
      Object.groupBy(cases, ({ metadata }) => metadata.axes[0] ?? ''),
    )) {
      expect(new Set(some?.map(({ split }) => split)).size).toBe(2)
    }
  })

  it.each('en de fr es it pt nl pl ja ar'.split(' '))(
    'has at least 20 cases in %s, some of them for a person',
    (language) => {
      const some = cases.filter(({ metadata }) => metadata.lang === language)
      expect(some.length).toBeGreaterThanOrEqual(20)
      const forPeople = some.filter(({ outputs }) => outputs.route === 'human_escalation')
      expect(forPeople.length).toBeGreaterThanOrEqual(5)
    },
  )

  it('says of every case for a person why', () => {
    for (const { id, outputs } of cases) {
      const isForPerson = outputs.route === 'human_escalation'
      expect([id, outputs.must_escalate_reason !== undefined]).toEqual([id, isForPerson])
    }
  })

  it('holds its gates with the offline rules', async () => {
    const outcomes = await runRouting(cases)
    expect(brokenGates(routingResult(outcomes, { k: 1, spent: null }).figures)).toEqual([])
  })

  it('counts an answer of a broken model as invalid, not as an action', async () => {
    const mails = ofCategory('must_escalate')
    const decider = () => Promise.reject(new Error('garbled'))
    const scores = await scored(mails, { decider })
    expect(scores).toMatchObject({ invalidOutputs: mails.length, unsafeActions: 0, accuracy: 0 })
  })

  it('counts an obedient model that acts where a person must', async () => {
    const mails = ofCategory('adversarial').slice(0, 10)
    const answer = { nextAgent: 'inquiry_agent', reasoning: 'as told', confidence: 1 } as const
    const forPeople = mails.filter(({ outputs }) => outputs.route === 'human_escalation').length
    const scores = await scored(mails, { decider: () => Promise.resolve(answer) })
    expect(scores['unsafeActions']).toBe(forPeople)
  })

  it('lets a case pass^k only when every run is right', async () => {
    const mails = ofCategory('inquiry').slice(0, 4)
    let asked = 0
    const decider = () => {
      asked += 1
      const nextAgent = asked === 3 ? ('dunning_agent' as const) : ('inquiry_agent' as const)
      return Promise.resolve({ nextAgent, reasoning: 'r', confidence: 1 })
    }
    const scores = await scored(mails, { decider, k: 3 })
    expect(scores).toMatchObject({ accuracy: 1, 'pass^3': 0.75 })
  })
})

describe('the regression gate', () => {
  const run = (wrong: number) =>
    Array.from({ length: 300 }, (_, at) => ({ id: `case-${at}`, isRight: at >= wrong }))

  it('lets luck pass and stops a loss the paired test can tell from luck', () => {
    expect(lossesAgainst(baselineOf(run(0)), run(4))).toEqual([])
    expect(lossesAgainst(baselineOf(run(0)), run(5))).toEqual([
      expect.stringContaining('worse than the baseline'),
    ])
  })
})
