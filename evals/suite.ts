import type { Model } from '#src/gateways/model/model.ts'

export type Split = 'dev' | 'test' | 'all'

/** What a suite is run with. */
export interface SuiteOptions {
  readonly split: Split
  /** Asked where the suite has a use for a model; without one the offline rules decide. */
  readonly model: Model | null
  /** Runs a case must all get right to count for pass^k. */
  readonly k: number
  /** Anybody's cases (JSON lines, docs/evals.md) instead of our own; only the routing suite reads them. */
  readonly dataset: string | null
  /** Where public texts lie that are not ours to keep here; suites that read them are skipped without. */
  readonly dataFolder: string
}

/** One measured figure. `atLeast` and `atMost` make it a gate. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: 'share' | 'count' | 'ms' | 'usd' | 'number'
  /** 95 % Wilson interval of a share. */
  readonly interval?: readonly [number, number]
  readonly atLeast?: number
  readonly atMost?: number
  /** What the figure counts, for a reader who does not know it. */
  readonly about?: string
}

/** What one case got. */
export interface Outcome {
  readonly id: string
  readonly axes: readonly string[]
  readonly expected: string
  readonly actual: string
  readonly isRight: boolean
  readonly isUnsafe: boolean
  /** What was said or done, as far as it explains the answer. */
  readonly detail: string
  /** Why the label is what it is. */
  readonly why: string
}

export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** A heading column is compared cell by cell: a confusion matrix is coloured by its diagonal. */
  readonly kind?: 'confusion'
}

export interface SuiteResult {
  /** Why the suite could not run; null when it did. */
  readonly skipped: string | null
  readonly figures: readonly Figure[]
  readonly tables: readonly Table[]
  readonly outcomes: readonly Outcome[]
  /** What must be told beside the figures: unknown fields of a data set, and the like. */
  readonly notes: readonly string[]
}

export interface Suite {
  readonly name: string
  readonly title: string
  /** A sentence for a reader who has never seen it. */
  readonly about: string
  run(options: SuiteOptions): Promise<SuiteResult>
}

/** The result of a suite that lacks what it reads. */
export function skipped(reason: string): SuiteResult {
  return { skipped: reason, figures: [], tables: [], outcomes: [], notes: [] }
}

/** Gates that do not hold, in words. */
export function brokenGates(figures: readonly Figure[]): string[] {
  return figures.flatMap(({ name, value, atLeast, atMost }) => {
    if (atLeast !== undefined && !(value >= atLeast))
      return [`${name} ${shown(value)} is below ${atLeast}`]
    if (atMost !== undefined && !(value <= atMost))
      return [`${name} ${shown(value)} is above ${atMost}`]
    return []
  })
}

function shown(value: number): string {
  return Number.isInteger(value) ? `${value}` : value.toFixed(4)
}
