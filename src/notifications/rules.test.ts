import { expect, it } from 'vitest'
import { isSubscribed, judgeAnswer } from './rules.ts'
import { NewEndpoint } from './shapes.ts'

it.each([
  ['invoice.paid', 'invoice.paid', true],
  ['invoice.paid', 'invoice.paid_late', false],
  ['dunning.*', 'dunning.step_sent', true],
  ['dunning.*', 'dunning', false],
  ['*', 'usage.anomaly', true],
])('a filter %s wants %s: %s', (filter, type, wanted) => {
  expect(isSubscribed([filter], type)).toBe(wanted)
})

it.each([
  [200, 'delivered'],
  [204, 'delivered'],
  [301, 'again'],
  [410, 'gone'],
  [429, 'again'],
  [500, 'again'],
  [0, 'again'],
])('an answer %i means %s', (status, meaning) => {
  expect(judgeAnswer(status)).toBe(meaning)
})

it.each(['ftp://x.example', 'javascript:alert(1)', 'https://user:pw@x.example', 'x'])(
  'refuses the address %s',
  (url) => {
    expect(NewEndpoint.safeParse({ url, events: ['*'] }).success).toBe(false)
  },
)
