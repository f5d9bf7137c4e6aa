import type { Model, ModelRequest } from '#src/gateways/model/model.ts'

/** Decides beside the live model: another model, other prompts (a folder with files of the same names), or both. */
export interface Shadow {
  readonly model: Model
  readonly promptFolder: string | undefined
}

/** Tasks whose calls are compared: what words a decided mail decides nothing. */
const SHADOWED_TASKS = ['supervisor', 'dunning', 'inquiry', 'anomaly'] as const
export type ShadowedTask = (typeof SHADOWED_TASKS)[number]

export function isShadowedTask(task: string): task is ShadowedTask {
  return SHADOWED_TASKS.some((known) => known === task)
}

/** Whether the shadow is to repeat this call: first answers are compared, not repaired ones. */
export function isForShadow(request: ModelRequest): boolean {
  return isShadowedTask(request.purpose) && request.isRepair !== true
}
