/** Whether an invariant holds, and if not, where: a sentence each, at most 20 of them. */
export interface CheckResult {
  readonly ok: boolean
  readonly problems: readonly string[]
}
