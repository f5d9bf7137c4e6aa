import type { Route } from '../state.ts'
import type { Concept } from './concepts.ts'
import { compilePattern, type Pattern, type Surroundings } from './patterns.ts'
import { ANOMALY_WANTS } from './wants/anomaly.ts'
import { DUNNING_WANTS } from './wants/dunning.ts'
import { HUMAN_WANTS } from './wants/human.ts'
import { INQUIRY_WANTS } from './wants/inquiry.ts'

/** A want as written down: any one of `when` (patterns.ts) is enough. */
export interface WantSource {
  readonly want: string
  readonly when: readonly string[]
}

export interface Want {
  readonly want: string
  readonly route: Route
}

/** The wants a sentence shows: only patterns whose key concept is named there are tried. */
export function wantsOf(around: Surroundings): Set<Want> {
  const found = new Set<Want>()
  for (const concept of around.hits.keys()) {
    for (const { want, pattern } of byConcept.get(concept) ?? []) {
      if (!found.has(want) && pattern.holds(around)) found.add(want)
    }
  }
  return found
}

const byConcept = new Map<Concept, { want: Want; pattern: Pattern }[]>()

/** Every want of ROUTING_POLICY §2. */
export const WANTS: readonly (readonly [Route, readonly WantSource[]])[] = [
  ['human_escalation', HUMAN_WANTS],
  ['dunning_agent', DUNNING_WANTS],
  ['anomaly_agent', ANOMALY_WANTS],
  ['inquiry_agent', INQUIRY_WANTS],
]
for (const [route, sources] of WANTS) for (const source of sources) index(route, source)

function index(route: Route, { want, when }: WantSource): void {
  const entry = { want, route }
  for (const pattern of when.map(compilePattern)) {
    const known = byConcept.get(pattern.needs) ?? []
    byConcept.set(pattern.needs, [...known, { want: entry, pattern }])
  }
}
