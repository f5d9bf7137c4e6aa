import { z } from 'zod'

const Completion = z.object({
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
  usage: z
    .object({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() })
    .nullish(),
})

/** What a chat-completions server said, read tolerantly. */
export type RawCompletion =
  | {
      readonly kind: 'completion'
      readonly content: string
      readonly refusal: string | null
      readonly model: string | undefined
      readonly inputTokens: number
      readonly outputTokens: number
    }
  | { readonly kind: 'error'; readonly status: number; readonly aboutFormat: boolean }
  | { readonly kind: 'unreadable' }

/** Reads status and body; an error about `response_format` says that the server does not know what was asked for. */
export function readCompletion(status: number, body: string): RawCompletion {
  if (status >= 400) {
    const clientError = status === 400 || status === 422
    return {
      kind: 'error',
      status,
      aboutFormat: clientError && /response_format|json_schema|json_object/i.test(body),
    }
  }
  const parsed = Completion.safeParse(parseJson(body))
  const choice = parsed.data?.choices[0]
  if (!parsed.success || !choice) return { kind: 'unreadable' }
  const filtered = choice.finish_reason === 'content_filter' ? 'content_filter' : null
  return {
    kind: 'completion',
    content: choice.message.content ?? '',
    refusal: choice.message.refusal ?? filtered,
    model: parsed.data.model,
    inputTokens: parsed.data.usage?.prompt_tokens ?? 0,
    outputTokens: parsed.data.usage?.completion_tokens ?? 0,
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
