import type { Route } from '../state.ts'
import { compilePattern, type Pattern } from './patterns.ts'
import { ANOMALY_WANTS } from './wants/anomaly.ts'
import { DUNNING_WANTS } from './wants/dunning.ts'
import { HUMAN_WANTS } from './wants/human.ts'
import { INQUIRY_WANTS } from './wants/inquiry.ts'

/** A want as written down: any one of `when` (patterns.ts) is enough. */
export interface WantSource {
  readonly want: string
  readonly weight: number
  readonly when: readonly string[]
}

export interface Want {
  readonly want: string
  readonly route: Route
  readonly weight: number
  readonly patterns: readonly Pattern[]
}

/** Every want of ROUTING_POLICY §2, the dearest route first. */
export const WANTS: readonly Want[] = [
  ...compile('human_escalation', HUMAN_WANTS),
  ...compile('dunning_agent', DUNNING_WANTS),
  ...compile('anomaly_agent', ANOMALY_WANTS),
  ...compile('inquiry_agent', INQUIRY_WANTS),
]

function compile(route: Route, sources: readonly WantSource[]): Want[] {
  return sources.map(({ want, weight, when }) => ({
    want,
    route,
    weight,
    patterns: when.map(compilePattern),
  }))
}
