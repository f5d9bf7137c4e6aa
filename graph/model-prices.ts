/** US dollars per million tokens, in and out, by the beginning of the model's name; a model not listed costs 0 here. */
const PRICES: readonly {
  readonly model: string
  readonly input: number
  readonly output: number
}[] = [
  { model: 'gpt-4o-mini', input: 0.15, output: 0.6 },
  { model: 'gpt-4o', input: 2.5, output: 10 },
  { model: 'gpt-4.1-nano', input: 0.1, output: 0.4 },
  { model: 'gpt-4.1-mini', input: 0.4, output: 1.6 },
  { model: 'gpt-4.1', input: 2, output: 8 },
]

/** What a call cost, in millionths of a US dollar: dollars per million tokens are micro-dollars per token. */
export function costMicroUsd(call: {
  model: string
  inputTokens: number
  outputTokens: number
}): number {
  const price = PRICES.find(({ model }) => call.model.startsWith(model))
  return price ? Math.round(call.inputTokens * price.input + call.outputTokens * price.output) : 0
}
