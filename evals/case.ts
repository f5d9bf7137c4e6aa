import { z } from 'zod'

type Shape = z.ZodRawShape
/** `z.strictObject` for our own cases, where an unknown field is a slip; `z.looseObject` for anybody's. */
export type ObjectOf = <S extends Shape>(shape: S) => z.ZodObject<S, z.core.$loose>

/** What every labelled case says about itself, whatever its suite. */
function metadataShape(object: ObjectOf) {
  return object({
    /** What the case probes; the first one is its category. */
    axes: z.array(z.string()).default([]),
    /** ISO 639-1 of what the customer wrote; `mixed`, or `none` for a machine's trigger. */
    lang: z.string().default('und'),
    difficulty: z.enum(['easy', 'medium', 'hard']).default('medium'),
    /** Who wrote the case. */
    provenance: z.string().default('unknown'),
    /** Why the label is what it is, where the outputs do not say it. */
    why: z.string().default(''),
  })
}

/** The envelope of all cases (docs/evals.md): a suite brings the shapes of its inputs and outputs. */
export function caseShape<Inputs extends z.ZodType, Outputs extends z.ZodType>(
  object: ObjectOf,
  suite: { readonly inputs: Inputs; readonly outputs: Outputs },
) {
  return object({
    id: z.string().min(1),
    split: z.enum(['dev', 'test']).default('dev'),
    /** How it came in: `email`, `webhook`, `detector`. */
    channel: z.string().default(''),
    inputs: suite.inputs,
    outputs: suite.outputs,
    metadata: metadataShape(object).prefault({}),
  })
}

/** What the loader, the split lock and the tables need of a case. */
export interface AnyCase {
  readonly id: string
  readonly split: 'dev' | 'test'
  readonly channel: string
  readonly metadata: {
    readonly axes: readonly string[]
    readonly lang: string
    readonly difficulty: string
    readonly provenance: string
    readonly why: string
  }
}
