import { expect, it } from 'vitest'
import { parseCurrency } from '#src/kernel/currency.ts'
import { CHART, chartAccount } from './chart.ts'
import { movingEntries, requireSound } from './rules.ts'

const entry = (account: string, minor: bigint, currency = 'EUR') => ({
  account,
  currency: parseCurrency(currency),
  amountMinor: minor,
})
const posting = (...entries: ReturnType<typeof entry>[]) => ({
  key: 'k',
  kind: 'payment',
  reason: 'r',
  entries,
})

it('accepts what balances in one currency on known accounts', () => {
  expect(() =>
    requireSound(posting(entry('receivable', 5n), entry('revenue:usage', -5n))),
  ).not.toThrow()
})

it.each([
  ['off by one', posting(entry('receivable', 5n), entry('revenue:usage', -4n)), 'off by 1'],
  [
    'balanced in each of two currencies',
    posting(
      entry('receivable', 5n),
      entry('revenue:usage', -5n),
      entry('cash:bank', 1n, 'USD'),
      entry('receivable', -1n, 'USD'),
    ),
    'mixes EUR and USD',
  ],
  ['on an account of nobody', posting(entry('pocket', 5n), entry('receivable', -5n)), '"pocket"'],
  ['on a group', posting(entry('revenue:', 5n), entry('receivable', -5n)), '"revenue:"'],
])('refuses a posting that is %s', (_what, given, refusal) => {
  expect(() => requireSound(given)).toThrow(refusal)
})

it('leaves out entries that move nothing', () => {
  expect(movingEntries(posting(entry('receivable', 0n), entry('cash:bank', 1n)))).toHaveLength(1)
})

it('finds the account a name belongs to, the longer one first by its exact name', () => {
  expect(chartAccount('customer_credit:prepaid')).toMatchObject({ type: 'liability' })
  expect(chartAccount('tax_payable:US-CA')).toMatchObject({ name: 'tax_payable:' })
  expect(new Set(CHART.map(({ name }) => name)).size).toBe(CHART.length)
})
