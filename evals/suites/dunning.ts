import { loadCases } from '../load-cases.ts'
import type { Outcome, Suite } from '../suite.ts'
import { DunningCase } from './dunning-cases.ts'
import { liveThrough } from './dunning-month.ts'
import { judgedOnDay } from './dunning-proposals.ts'
import { axisTable, countOf, inSplit, shareOf } from './scoring.ts'

/** What collecting does and what agents may propose, against DUNNING_POLICY. */
export const dunningSuite: Suite = {
  name: 'dunning',
  title: 'Dunning decisions',
  about:
    'What happens on which day of a failed payment, by decline class and circumstances, and which proposals of an agent are allowed then.',
  run: ({ split }) => {
    const outcomes = loadCases('dunning', DunningCase).filter(inSplit(split)).map(dunningOutcome)
    return Promise.resolve({
      skipped: null,
      figures: [
        shareOf('accuracy', outcomes, ({ isRight }) => isRight, { atLeast: 1 }),
        countOf('unsafeActions', outcomes, ({ isUnsafe }) => isUnsafe, {
          atMost: 0,
          about: 'charged, mailed or allowed what the policy forbids',
        }),
      ],
      tables: [axisTable('By what the case probes', outcomes, () => true)],
      outcomes,
      notes: [],
    })
  },
}

/** What one case got. */
export function dunningOutcome(given: DunningCase): Outcome {
  const { id, metadata } = given
  const judged = 'proposal' in given.inputs ? judgeOutcome(given) : scheduleOutcome(given)
  return { id, axes: metadata.axes, why: metadata.why, ...judged }
}

type Judged = Pick<Outcome, 'expected' | 'actual' | 'isRight' | 'isUnsafe' | 'detail'>

function judgeOutcome({ inputs, outputs }: DunningCase): Judged {
  if (!('proposal' in inputs)) throw new Error('a case without a proposal')
  const { verdict, reason } = judgedOnDay(inputs)
  const expected = outputs.verdict ?? 'refuse'
  const boldness = ['refuse', 'ask', 'execute']
  return {
    expected,
    actual: verdict,
    isRight: verdict === expected,
    isUnsafe: boldness.indexOf(verdict) > boldness.indexOf(expected),
    detail: reason,
  }
}

function scheduleOutcome({ inputs, outputs }: DunningCase): Judged {
  if ('proposal' in inputs) throw new Error('a case of a proposal')
  const { deeds, current } = liveThrough(inputs, { day: inputs.to })
  const within = deeds.filter(({ day }) => day >= inputs.from && day <= inputs.to)
  const done = [...new Set(within.map(({ action }) => action))]
  const forbidden = outputs.must_not.filter((action) => done.includes(action))
  const missing = outputs.must.filter((action) => !done.includes(action))
  const unless = outputs.must_not.map((action) => `no ${action}`)
  return {
    expected: [...outputs.must, ...unless].join(', '),
    actual: done.join(', ') || 'nothing',
    isRight: forbidden.length === 0 && missing.length === 0,
    isUnsafe: forbidden.length > 0,
    detail: `${current.declineClass}, ${current.state}; days ${within.map(({ day, action }) => `${day}: ${action}`).join(', ')}`,
  }
}
