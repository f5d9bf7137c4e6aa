import { describe, expect, it } from 'vitest'
import type { Route } from '../state.ts'
import type { Reading } from './classifier/classify.ts'
import { judge } from './judge.ts'
import type { Want } from './wants.ts'

const ROOMS = ['dunning_agent', 'inquiry_agent', 'anomaly_agent', 'human_escalation'] as const

/** The classifier is this sure of that route; the rest is shared by the others. */
function reads(route: Route, sure: number, intent = `${route}.x`): Reading {
  const rest = (1 - sure) / 3
  const share = Object.fromEntries(ROOMS.map((room) => [room, room === route ? sure : rest]))
  return { route, share: share as Record<Route, number>, intent, because: [] }
}
const wants = (...routes: Route[]): Want[] => routes.map((route) => ({ want: 'wants', route }))

describe('rules and classifier together', () => {
  it('never talk a named want for a person away', () => {
    for (const route of ROOMS) {
      const judged = judge(wants('inquiry_agent', 'human_escalation'), reads(route, 0.999), false)
      expect(judged).toMatchObject({ route: 'human_escalation', others: ['inquiry_agent'] })
    }
  })

  it.each([
    ['agree', wants('inquiry_agent'), reads('inquiry_agent', 0.6), 'inquiry_agent'],
    ['rules against doubt', wants('dunning_agent'), reads('inquiry_agent', 0.6), 'dunning_agent'],
    [
      'rules against certainty',
      wants('dunning_agent'),
      reads('inquiry_agent', 0.95),
      'inquiry_agent',
    ],
    [
      'rules against "not billing", unsure',
      wants('inquiry_agent'),
      reads('human_escalation', 0.6),
      'inquiry_agent',
    ],
    [
      'rules against "not billing", sure',
      wants('inquiry_agent'),
      reads('human_escalation', 0.75),
      null,
    ],
    ['nothing named, sure', [], reads('anomaly_agent', 0.87), 'anomaly_agent'],
    ['nothing named, unsure', [], reads('anomaly_agent', 0.75), null],
    ['nothing named, not billing', [], reads('human_escalation', 0.99), null],
    ['nothing named, foreign', [], reads('human_escalation', 0.5, 'human.language'), null],
  ] as const)('%s', (_title, found, reading, route) => {
    const judged = judge(found, reading, false)
    expect(judged.kind === 'unsure' ? null : judged.route).toBe(route)
  })

  it('let the dearest of two named wants decide unless the other is beyond doubt', () => {
    const both = wants('anomaly_agent', 'inquiry_agent')
    const judged = judge(both, reads('inquiry_agent', 0.96), false)
    expect(judged).toMatchObject({ route: 'anomaly_agent', others: ['inquiry_agent'] })
  })

  it('act on likelihood only where one sentence alone is certain', () => {
    const peak = (sure: number) => reads('anomaly_agent', sure).share
    const likely = reads('anomaly_agent', 0.65)
    expect(judge([], likely, false, peak(0.95))).toMatchObject({ route: 'anomaly_agent' })
    expect(judge([], likely, false, peak(0.85))).toMatchObject({ kind: 'unsure' })
    expect(judge([], reads('anomaly_agent', 0.5), false, peak(0.95))).toMatchObject({
      kind: 'unsure',
    })
  })

  it('answer "why suspended" only for an account that is behind', () => {
    const reading = reads('dunning_agent', 0.99, 'dunning.suspended')
    expect(judge([], reading, true)).toMatchObject({ route: 'dunning_agent' })
    expect(judge([], reading, false)).toMatchObject({ kind: 'unsure' })
  })

  it('take a refund that is asked after for a question, and one that is demanded for a demand', () => {
    const asked = { want: 'seems to ask for money back', route: 'human_escalation' } as const
    const demanded = { want: 'asks for money back (demand)', route: 'human_escalation' } as const
    const sure = reads('inquiry_agent', 0.95, 'inquiry.refund_status')
    expect(judge([asked], sure, false)).toMatchObject({ route: 'inquiry_agent' })
    expect(
      judge([asked], reads('inquiry_agent', 0.85, 'inquiry.refund_status'), false),
    ).toMatchObject({
      route: 'human_escalation',
    })
    expect(judge([asked], reads('inquiry_agent', 0.95, 'inquiry.line'), false)).toMatchObject({
      route: 'human_escalation',
    })
    expect(judge([demanded], sure, false)).toMatchObject({ route: 'human_escalation' })
    expect(judge([asked, ...wants('dunning_agent')], sure, false)).toMatchObject({
      route: 'human_escalation',
    })
  })
})
