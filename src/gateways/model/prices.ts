/** US dollars per million tokens. */
export interface TokenPrice {
  readonly input: number
  /** Input that the server had in its cache; absent: as other input. */
  readonly cachedInput?: number | undefined
  readonly output: number
}

/** List prices of OpenAI's own API. A model not listed has no price: none is guessed. */
const PRICES: Readonly<Record<string, TokenPrice>> = {
  'gpt-4o-mini': { input: 0.15, cachedInput: 0.075, output: 0.6 },
  'gpt-4o': { input: 2.5, cachedInput: 1.25, output: 10 },
  'gpt-4.1-nano': { input: 0.1, cachedInput: 0.025, output: 0.4 },
  'gpt-4.1-mini': { input: 0.4, cachedInput: 0.1, output: 1.6 },
  'gpt-4.1': { input: 2, cachedInput: 0.5, output: 8 },
}

/** What a server's model costs: by the organisation's own table, else the list price of OpenAI's models; null: unknown. */
export function priceOf(
  asked: { readonly provider: string; readonly model: string },
  own: Readonly<Record<string, TokenPrice>> = {},
): TokenPrice | null {
  const undated = asked.model.replace(/-\d{4}-\d{2}-\d{2}$/, '')
  const found = priceNamed(own, asked.model) ?? priceNamed(own, undated)
  if (found) return found
  return asked.provider === 'openai' ? priceNamed(PRICES, undated) : null
}

function priceNamed(prices: Readonly<Record<string, TokenPrice>>, name: string): TokenPrice | null {
  return Object.hasOwn(prices, name) ? (prices[name] ?? null) : null
}

/** What a call cost, in millionths of a US dollar: dollars per million tokens are micro-dollars per token. */
export function costMicroUsd(
  price: TokenPrice | null,
  tokens: {
    readonly inputTokens: number
    readonly outputTokens: number
    readonly cachedTokens?: number | undefined
  },
): number | null {
  if (!price) return null
  const cached = tokens.cachedTokens ?? 0
  const fresh = tokens.inputTokens - cached
  return Math.round(
    fresh * price.input +
      cached * (price.cachedInput ?? price.input) +
      tokens.outputTokens * price.output,
  )
}
