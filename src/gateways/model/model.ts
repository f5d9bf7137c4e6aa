/** One structured call to a language model. All that is the same for every call of its kind stands in `system` and `schema`. */
export interface ModelRequest {
  readonly purpose: string
  readonly system: string
  /** What differs from case to case; always behind the system prompt, so that servers can cache what is before it. */
  readonly user: string
  /** Strict JSON schema of the answer, with its name. */
  readonly schemaName: string
  readonly schema: Readonly<Record<string, unknown>>
  /** Whose prompt it is, for the record: servers never see it. */
  readonly prompt?: { readonly name: string; readonly version: string; readonly hash: string }
  readonly schemaHash?: string
  /** Whether it asks for a better answer than the one before. */
  readonly isRepair?: boolean
  /** What is wrong with an answer, or null: whoever keeps the record learns by it whether the answer could be used. */
  readonly complaintAbout?: (content: string) => string | null
}

/** What came back, before we validate it. `content` is the raw text of the answer. */
export type ModelAnswer =
  | {
      readonly kind: 'answer'
      readonly content: string
      readonly usage: ModelUsage
    }
  | { readonly kind: 'refusal'; readonly reason: string; readonly usage: ModelUsage }
  | {
      readonly kind: 'unavailable'
      /** A code of ours and at most an error code of the server, never its text: that may quote a key or a prompt. */
      readonly reason: string
      /** Whether it was not asked because what may be spent is spent. */
      readonly isBudget?: boolean
    }

export interface ModelUsage {
  readonly provider: string
  /** As the server names it in its answer, which need not be what was asked for. */
  readonly model: string
  readonly inputTokens: number
  readonly outputTokens: number
  /** Of the input tokens, those the server had in its cache. */
  readonly cachedTokens?: number
  /** Whether tokens were estimated by us, because the server said nothing or what cannot be true. */
  readonly isEstimated?: boolean
  /** How the answer's shape was asked for: json_schema, json_object or text. */
  readonly mode?: string
  readonly latencyMs: number
}

/** A language model, or nothing: without one the offline rules decide. Whatever keeps it from answering is `unavailable`. */
export interface Model {
  /** Who is asked, as known before the answer; absent for models that are none (replays, scripts). */
  readonly asks?: { readonly provider: string; readonly model: string }
  call(request: ModelRequest): Promise<ModelAnswer>
}
