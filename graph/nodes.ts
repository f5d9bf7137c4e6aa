import type { BaseCheckpointSaver } from '@langchain/langgraph'
import type { Scope } from '#db/context.ts'
import type { Actor } from '#src/kernel/ids.ts'
import type { Model } from '#src/gateways/model/model.ts'
import type { RunLimits } from './run-limits.ts'
import type { RunState } from './run-state.ts'
import type { Shadow } from './shadow.ts'

/** What a run needs from outside. */
export interface RunDeps {
  /** Null: the offline rules decide and write. */
  readonly model: Model | null
  /** Decides beside the model and never acts; absent: nobody does. */
  readonly shadow?: Shadow | null
  readonly checkpointer: BaseCheckpointSaver
  readonly locks: ThreadLocks
  /** Where hosted pages are, without a slash at the end. */
  readonly publicUrl: string
  /** Default: `RUN_LIMITS`. */
  readonly limits?: RunLimits
}

/** One run of a thread at a time, over all processes. */
export interface ThreadLocks {
  /** Runs `work` while holding the lock, or answers `busy` at once. */
  hold<Result>(key: string, work: () => Promise<Result>): Promise<Result | 'busy'>
}

/** Handed to every node with the run; never in a checkpoint. */
export interface RunContext {
  readonly scope: Scope
  readonly deps: Pick<RunDeps, 'model' | 'publicUrl'>
  /** Who answers straight to the graph; absent where answers come over the API. */
  readonly person?: Actor | undefined
  /** Throws when the run has taken too long; asked before each node. */
  readonly checkTime: () => void
}

/** A node: reads the state, does its one thing, returns what changes. */
export type Node = (state: RunState, context: RunContext) => Promise<Partial<RunState>>

/** The nodes the wiring ties together. */
export interface Nodes {
  readonly supervisor: Node
  readonly dunning_agent: Node
  readonly inquiry_agent: Node
  readonly anomaly_agent: Node
  readonly human_escalation: Node
  readonly merge: Node
  readonly act: Node
  readonly escalate: Node
  readonly settle: Node
}
