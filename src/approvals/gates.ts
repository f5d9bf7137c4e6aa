import { foreignNames } from './foreign-names.ts'
import { gateText, type TextGate } from './gate-text.ts'
import { judgeProposal, type JudgeContext } from './rules.ts'
import type { KeyedProposal, Verdict } from './shapes.ts'

/**
 * What stands between a proposal and its effect. It is handed in, so that a test can take one gate away and show the
 * damage; the product knows only `GATES`.
 */
export interface Gates {
  readonly text: TextGate
  readonly judge: (keyed: KeyedProposal, context: JudgeContext, text: TextGate) => Verdict
  /** Other accounts' names in a text; it reads the database. */
  readonly names: typeof foreignNames
}

export const GATES: Gates = { text: gateText, judge: judgeProposal, names: foreignNames }
