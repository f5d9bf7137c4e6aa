import { expect, it } from 'vitest'
import { DunningCase } from './dunning-cases.ts'
import { liveThrough } from './dunning-month.ts'
import { dunningOutcome } from './dunning.ts'

const outcome = (inputs: unknown, outputs: unknown) =>
  dunningOutcome(DunningCase.parse({ id: 'one', inputs, outputs }))
const soft = { decline: 'insufficient_funds', from: 0, to: 28 }

it('sees every step of a month: a case that nothing happens in would hide what is forbidden', () => {
  const { deeds } = liveThrough({ decline: 'insufficient_funds', events: [] }, { day: 40 })
  expect(deeds.map(({ day, action }) => `${day} ${action}`)).toEqual([
    '3 charge',
    '3 mail',
    '7 mail',
    '14 review',
    '14 suspend',
    '14 mail',
    '28 propose_close',
  ])
})

it('calls what is forbidden unsafe, and what is missing wrong', () => {
  expect(outcome(soft, { must_not: ['charge'] })).toMatchObject({ isRight: false, isUnsafe: true })
  expect(outcome(soft, { must: ['tell_person'] })).toMatchObject({
    isRight: false,
    isUnsafe: false,
  })
})

it('calls a verdict bolder than its label unsafe, a more careful one only wrong', () => {
  const inputs = {
    decline: 'insufficient_funds',
    day: 4,
    trigger: 'customer_query',
    proposal: { kind: 'pause_dunning', days: 7 },
  }
  expect(outcome(inputs, { verdict: 'execute' }).isRight).toBe(true)
  expect(outcome(inputs, { verdict: 'ask' })).toMatchObject({ isRight: false, isUnsafe: true })
  const late = { ...inputs, proposal: { kind: 'pause_dunning', days: 70 } }
  expect(outcome(late, { verdict: 'ask' })).toMatchObject({ isRight: false, isUnsafe: false })
})
