import { costMicroUsd, priceOf } from '#src/gateways/model/prices.ts'
import type { Model } from '#src/gateways/model/model.ts'

export interface Spent {
  readonly calls: number
  readonly failedCalls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costMicroUsd: number
  readonly latenciesMs: readonly number[]
}

/** The model with a meter on it; `spent()` is what it has used since the last reading. */
export function meteredModel(model: Model): Model & { readonly spent: () => Spent } {
  let spent: Spent = NOTHING
  return {
    spent: () => {
      const reading = spent
      spent = NOTHING
      return reading
    },
    call: async (request) => {
      const answer = await model.call(request)
      spent = { ...spent, calls: spent.calls + 1 }
      if (answer.kind === 'unavailable') {
        spent = { ...spent, failedCalls: spent.failedCalls + 1 }
        return answer
      }
      const { usage } = answer
      spent = {
        ...spent,
        inputTokens: spent.inputTokens + usage.inputTokens,
        outputTokens: spent.outputTokens + usage.outputTokens,
        costMicroUsd: spent.costMicroUsd + (costMicroUsd(priceOf(usage), usage) ?? 0),
        latenciesMs: [...spent.latenciesMs, usage.latencyMs],
      }
      return answer
    },
  }
}

const NOTHING: Spent = {
  calls: 0,
  failedCalls: 0,
  inputTokens: 0,
  outputTokens: 0,
  costMicroUsd: 0,
  latenciesMs: [],
}
