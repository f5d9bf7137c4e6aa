import type { z } from 'zod'
import type { Scope } from '#db/context.ts'

/** A job is a value: name, payload schema, run. Its payload is ids; running it twice changes nothing. */
export interface Job {
  readonly name: string
  /** Seconds a run may take before its row is handed out again. */
  readonly leaseSeconds: number
  run(scope: Scope, payload: unknown): Promise<void>
}

/** Ties a payload schema to its run; a payload that does not parse is a poison job, never a silent success. */
export function defineJob<Payload>(definition: {
  name: string
  payload: z.ZodType<Payload>
  leaseSeconds?: number
  run(scope: Scope, payload: Payload): Promise<void>
}): Job {
  return {
    name: definition.name,
    leaseSeconds: definition.leaseSeconds ?? 60,
    run: (scope, payload) => definition.run(scope, definition.payload.parse(payload)),
  }
}

/** Thrown by a job that can never succeed: it ends visible as failed without further attempts. */
export class PoisonJobError extends Error {
  override readonly name = 'PoisonJobError'
}
