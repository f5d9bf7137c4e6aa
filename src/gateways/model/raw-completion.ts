import { z } from 'zod'

const Part = z.looseObject({ type: z.string().nullish(), text: z.string().nullish() })
const Message = z.object({
  content: z.union([z.string(), z.array(Part)]).nullish(),
  refusal: z.string().nullish(),
})
const Completion = z.object({
  model: z.string().nullish().catch(null),
  choices: z
    .array(z.object({ finish_reason: z.string().nullish().catch(null), message: Message }))
    .min(1),
  usage: z.unknown().optional(),
})
const Tokens = z.object({
  prompt_tokens: z.number().int().nonnegative(),
  completion_tokens: z.number().int().nonnegative(),
  prompt_tokens_details: z
    .object({ cached_tokens: z.number().int().nonnegative().nullish() })
    .nullish()
    .catch(null),
})

/** What a chat-completions server said, read tolerantly. */
export interface RawCompletion {
  readonly content: string
  readonly refusal: string | null
  readonly model: string | null
  /** Null where the server said nothing, or nothing that can be read. */
  readonly tokens: {
    readonly input: number
    readonly output: number
    readonly cached: number
  } | null
}

/** Reads a body; null when there is no completion in it (HTML, a stream, half an answer, no choices). */
export function readCompletion(body: string): RawCompletion | null {
  const parsed = Completion.safeParse(parseJson(body))
  const choice = parsed.data?.choices[0]
  if (!parsed.success || !choice) return null
  const filtered = choice.finish_reason === 'content_filter' ? 'content_filter' : null
  return {
    content: contentOf(choice.message.content),
    refusal: choice.message.refusal ?? filtered,
    model: parsed.data.model?.slice(0, 200) ?? null,
    tokens: tokensOf(parsed.data.usage),
  }
}

/** Tool calls and reasoning are no answer: what stands beside `content` is not read. */
function contentOf(content: z.infer<typeof Message>['content']): string {
  if (typeof content === 'string') return content
  return (content ?? []).map(({ text }) => text ?? '').join('')
}

function tokensOf(usage: unknown): RawCompletion['tokens'] {
  const { data } = Tokens.safeParse(usage)
  if (!data) return null
  const { prompt_tokens: input, completion_tokens: output } = data
  return {
    input,
    output,
    cached: Math.min(input, data.prompt_tokens_details?.cached_tokens ?? 0),
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
