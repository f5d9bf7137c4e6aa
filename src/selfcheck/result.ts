/** Whether an invariant holds, and if not, where: a sentence each, not all of them. */
export interface CheckResult {
  readonly ok: boolean
  readonly problems: readonly string[]
}
