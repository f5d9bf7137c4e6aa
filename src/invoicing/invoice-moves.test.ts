import { describe, expect, it } from 'vitest'
import { MOVES, refusedMove, requireMove, type InvoiceMove } from './invoice-moves.ts'

const STATES = ['draft', 'finalized', 'paid', 'void', 'uncollectible'] as const

/** move → the states in which it may be made. */
const TABLE: Readonly<Record<InvoiceMove, readonly (typeof STATES)[number][]>> = {
  delete: ['draft'],
  finalize: ['draft'],
  pay: ['finalized', 'paid', 'void', 'uncollectible'],
  reverse: ['finalized', 'paid', 'void', 'uncollectible'],
  credit: ['finalized', 'paid', 'uncollectible'],
  void: ['finalized'],
  write_off: ['finalized'],
  correct: ['finalized', 'paid', 'void', 'uncollectible'],
}

const MOVE_NAMES = Object.keys(TABLE) as InvoiceMove[]
const cases = MOVE_NAMES.flatMap((move) => STATES.map((status) => ({ move, status })))

describe('what may be done to an invoice', () => {
  it.each(cases.filter(({ move, status }) => TABLE[move].includes(status)))(
    '$status: $move',
    ({ move, status }) => {
      expect(() => requireMove({ id: 'inv_1', number: null, status }, move)).not.toThrow()
    },
  )

  it.each(cases.filter(({ move, status }) => !TABLE[move].includes(status)))(
    '$status: not $move, and the error names the state',
    ({ move, status }) => {
      expect(() => requireMove({ id: 'inv_1', number: 'INV-1', status }, move)).toThrow(
        `invoice INV-1 is ${status}`,
      )
    },
  )

  it('knows every state, and says why', () => {
    expect(Object.keys(MOVES).toSorted()).toEqual(STATES.toSorted())
    const refusal = refusedMove(
      { id: 'inv_1', number: null, status: 'finalized' },
      'void',
      ' and partly paid',
    )
    expect(refusal).toMatchObject({
      code: 'conflict',
      message:
        'invoice inv_1 is finalized and partly paid: only an untouched finalized invoice can be voided',
    })
  })
})
