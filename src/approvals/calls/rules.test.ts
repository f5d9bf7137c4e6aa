import { describe, expect, it } from 'vitest'
import { ModelSettings } from '#src/tenancy/shapes.ts'
import { changedModelSettings, ModelSettingsChange } from './change-model-settings.ts'
import { budgetRefusal, dollarsOf, microUsdOf, type SpentSoFar } from './rules.ts'

const NOTHING: SpentSoFar = {
  run: { calls: 0, tokens: 0, microUsd: 0 },
  day: { tokens: 0, microUsd: 0 },
  month: { tokens: 0, microUsd: 0 },
}
const CALL = { tokens: 1_000, microUsd: 500 }
const settings = (change: ModelSettingsChange) =>
  changedModelSettings(ModelSettings.parse({}), change)

describe('a call is refused', () => {
  it.each<[string, ModelSettingsChange, Partial<SpentSoFar>, number | null, string | null]>([
    ['not within all limits', {}, {}, 500, null],
    [
      'for the last call of a run',
      {},
      { run: { calls: 6, tokens: 0, microUsd: 0 } },
      500,
      'the calls of the run are spent',
    ],
    [
      'not when it just fits',
      { perRun: { tokens: 3_000 } },
      { run: { calls: 2, tokens: 2_000, microUsd: 0 } },
      500,
      null,
    ],
    [
      'when it is one token too much',
      { perRun: { tokens: 2_999 } },
      { run: { calls: 2, tokens: 2_000, microUsd: 0 } },
      500,
      'the budget of the run is spent: 2000 of 2999 tokens',
    ],
    [
      'for the dollars of the day',
      { perDay: { usd: '0.01' } },
      { day: { tokens: 0, microUsd: 9_600 } },
      500,
      'the budget of the day is spent: 0.009600 of 0.01 US dollars',
    ],
    [
      'for the tokens of the month',
      { perMonth: { tokens: 5_000 } },
      { month: { tokens: 4_500, microUsd: 0 } },
      500,
      'the budget of the month is spent: 4500 of 5000 tokens',
    ],
    ['not for a price unknown where no dollars are limited', {}, {}, null, null],
    [
      'for a price unknown where they are',
      { perRun: { usd: '9' } },
      {},
      null,
      'the budget of the run is in dollars, and the model has no known price',
    ],
  ])('%s', (_title, change, spent, microUsd, reason) => {
    const so = { ...NOTHING, ...spent }
    expect(budgetRefusal(settings(change), 'live', so, { ...CALL, microUsd })).toBe(reason)
  })

  it('as a shadow by the budget of shadows alone', () => {
    const poor = settings({ perDay: { tokens: 0 }, perRun: { calls: 0 } })
    expect(budgetRefusal(poor, 'shadow', NOTHING, CALL)).toBeNull()
    const none = settings({ shadowPerDay: { tokens: 999 } })
    expect(budgetRefusal(none, 'shadow', NOTHING, CALL)).toContain('the shadow budget')
  })
})

describe('settings', () => {
  it('keep what a change does not name, and lose a price that is taken away', () => {
    const first = settings({ perDay: { tokens: 5 }, prices: { m: { input: 1, output: 2 } } })
    const second = changedModelSettings(first, { perDay: { usd: '2.50' }, prices: { m: null } })
    expect(second).toMatchObject({ perDay: { tokens: 5, usd: '2.50' }, prices: {} })
    expect(second.perRun).toEqual({ calls: 6, tokens: 40_000, usd: null })
  })

  it.each([
    [{ perDay: { usd: '-1' } }, 'perDay.usd'],
    [{ perDay: { usd: 1.5 } }, 'perDay.usd'],
    [{ perRun: { calls: 1_000 } }, 'perRun.calls'],
    [{ prices: { m: { input: -1, output: 0 } } }, 'prices.m.input'],
    [{ perYear: {} }, ''],
  ])('name the field that is wrong: %j', (change, path) => {
    const { error } = ModelSettingsChange.safeParse(change)
    expect(error?.issues[0]?.path.join('.')).toBe(path)
  })

  it('count dollars in millionths, exactly', () => {
    expect(microUsdOf('2.5')).toBe(2_500_000)
    expect(microUsdOf('0.000001')).toBe(1)
    expect(dollarsOf(1)).toBe('0.000001')
    expect(dollarsOf(12_345_678)).toBe('12.345678')
  })
})
