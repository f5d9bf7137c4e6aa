import { describe, expect, it } from 'vitest'
import type { KeyedProposal, Proposal, Verdict } from '#src/approvals/shapes.ts'
import { mergeParts } from './merge-parts.ts'
import type { Worker } from './state.ts'
import { afterWorker, wantsBesides, workersFor } from './wants.ts'

function part(agent: Worker, ...proposals: [Proposal, Verdict['verdict']?][]) {
  return {
    agent,
    proposals: proposals.map(([proposal], index): KeyedProposal => ({
      key: `${index}`,
      author: 'rules',
      proposal,
    })),
    verdicts: proposals.map(([, verdict = 'execute']): Verdict => ({ verdict, reason: '' })),
  }
}

const says = (text: string): Proposal => ({ kind: 'send_reply', subject: text, text })
const ATTACHED: Proposal = { kind: 'attach_invoice', invoiceId: 'i' }

describe('the agents of a run', () => {
  it('are the one decided on and those of the other wants, each once', () => {
    const otherWants = ['anomaly_agent', 'inquiry_agent', 'dunning_agent'] as const
    expect(workersFor({ nextAgent: 'dunning_agent', otherWants })).toEqual([
      'dunning_agent',
      'anomaly_agent',
      'inquiry_agent',
    ])
    expect(workersFor({ nextAgent: 'inquiry_agent' })).toEqual(['inquiry_agent'])
  })

  it('are none where a person decides, who hears of the other wants', () => {
    const decision = { nextAgent: 'human_escalation', otherWants: ['inquiry_agent'] } as const
    expect(workersFor(decision)).toEqual([])
    expect(wantsBesides(decision)).toEqual(['inquiry_agent'])
  })

  it('come one after the other, then all is merged; one alone acts at once', () => {
    const base = { reasoning: '', source: 'rules', confidence: 1 } as const
    const two = { ...base, nextAgent: 'dunning_agent', otherWants: ['inquiry_agent'] } as const
    const had = [part('dunning_agent'), part('inquiry_agent')]
    expect(afterWorker({ decision: two, parts: had.slice(0, 1) })).toBe('inquiry_agent')
    expect(afterWorker({ decision: two, parts: had })).toBe('merge')
    const one = { ...base, nextAgent: 'dunning_agent' } as const
    expect(afterWorker({ decision: one, parts: had.slice(0, 1) })).toBe('act')
  })
})

describe('the parts of an answer', () => {
  it('become one reply, the most urgent first, and everything else once', () => {
    const merged = mergeParts(
      [
        part('inquiry_agent', [says('invoice')], [ATTACHED]),
        part('dunning_agent', [says('card')], [ATTACHED]),
      ],
      'en',
    )
    expect(merged.map(({ proposal }) => proposal.kind)).toEqual(['send_reply', 'attach_invoice'])
    const [reply] = merged
    expect(reply?.proposal).toMatchObject({ subject: 'card' })
    expect(JSON.stringify(reply)).toMatch(/card.*invoice/)
  })

  it('name a want without an answer and take it to a person', () => {
    const merged = mergeParts(
      [part('dunning_agent', [says('card')]), part('inquiry_agent', [says('9'), 'refuse'])],
      'en',
    )
    expect(merged.map(({ proposal }) => proposal.kind)).toEqual(['send_reply', 'escalate'])
    expect(JSON.stringify(merged[0])).toContain('A colleague answers the rest')
    expect(JSON.stringify(merged[0])).not.toContain('9')
  })

  it('are for a person where the mail would be too long', () => {
    const long = 'a '.repeat(2_500)
    const merged = mergeParts(
      [part('dunning_agent', [says(long)]), part('inquiry_agent', [says(long)])],
      'en',
    )
    expect(merged.map(({ proposal }) => proposal.kind)).toEqual(['escalate'])
  })
})
