/** One structured call to a language model. */
export interface ModelRequest {
  readonly purpose: string
  readonly system: string
  readonly user: string
  /** Strict JSON schema of the answer, with its name. */
  readonly schemaName: string
  readonly schema: Readonly<Record<string, unknown>>
}

/** What came back, before we validate it. `content` is the raw text of the answer. */
export type ModelAnswer =
  | {
      readonly kind: 'answer'
      readonly content: string
      readonly usage: ModelUsage
    }
  | { readonly kind: 'refusal'; readonly reason: string; readonly usage: ModelUsage }
  | { readonly kind: 'unavailable'; readonly reason: string }

export interface ModelUsage {
  readonly provider: string
  readonly model: string
  readonly inputTokens: number
  readonly outputTokens: number
  readonly latencyMs: number
}

/** A language model, or nothing: without one the offline rules decide. Timeouts, 429 and 5xx are `unavailable`. */
export interface Model {
  call(request: ModelRequest): Promise<ModelAnswer>
}
