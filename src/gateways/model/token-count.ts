import type { ModelUsage } from './model.ts'
import type { RawCompletion } from './raw-completion.ts'

/** Bytes a token is taken for where nobody counts: on the safe side of what tokenizers make of prose and JSON. */
const BYTES_PER_TOKEN = 3
/** A chat template may add some tokens to what we sent; beyond this a count is not of our request. */
const TEMPLATE_TOKENS = 4_096
const MOST_COUNTED_TOKENS = 1_000_000

/** Tokens an answer may have: the longest text a contract allows, with room for the models that think first. */
export const MOST_OUTPUT_TOKENS = 8_000

/** About how many tokens a text is, never too few by much: what a budget reserves before anything was counted. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN)
}

/**
 * The server's count where it can be true. One of nothing, or of more tokens than bytes went out, is replaced by our
 * estimate: a budget must not depend on a server's honesty.
 */
export function countTokens(
  said: RawCompletion['tokens'],
  sent: string,
  received: string,
): Pick<ModelUsage, 'inputTokens' | 'outputTokens' | 'cachedTokens' | 'isEstimated'> {
  const isPossible =
    said !== null &&
    said.input > 0 &&
    said.input <= Buffer.byteLength(sent) + TEMPLATE_TOKENS &&
    (said.output > 0 || received === '') &&
    said.output <= MOST_COUNTED_TOKENS
  if (isPossible)
    return { inputTokens: said.input, outputTokens: said.output, cachedTokens: said.cached }
  return {
    inputTokens: estimateTokens(sent),
    outputTokens: estimateTokens(received),
    cachedTokens: 0,
    isEstimated: true,
  }
}
