import type { ModelRequest } from './model.ts'
import type { ChatRequest } from './post-chat.ts'

/** How an answer's shape is asked for, best first (S10). Whatever the mode, we validate every answer ourselves. */
type AnswerMode = 'json_schema' | 'json_object' | 'text'

/** What a server understands of the protocol; found out by asking, and kept once an answer came of it. */
export interface Dialect {
  readonly mode: AnswerMode
  /** The parameter that limits an answer's length: the newer one, the one most servers know, or none. */
  readonly limit: 'max_completion_tokens' | 'max_tokens' | 'none'
  /** Models that reason take no temperature. */
  readonly temperature: boolean
}

/** What a server did not like about a request. */
export type Objection = 'format' | 'limit' | 'temperature'

/** Begins with what the server most likely knows: OpenAI wants the newer parameter, other servers have the older one. */
export function firstDialect(isOpenAi: boolean): Dialect {
  return {
    mode: 'json_schema',
    limit: isOpenAi ? 'max_completion_tokens' : 'max_tokens',
    temperature: true,
  }
}

/** The next weaker way to ask, or null when there is none. */
export function weakerDialect(
  dialect: Dialect,
  objection: Objection,
  first: Dialect,
): Dialect | null {
  switch (objection) {
    case 'format':
      return dialect.mode === 'text'
        ? null
        : { ...dialect, mode: dialect.mode === 'json_schema' ? 'json_object' : 'text' }
    case 'limit': {
      if (dialect.limit === 'none') return null
      const other = first.limit === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens'
      return { ...dialect, limit: dialect.limit === first.limit ? other : 'none' }
    }
    case 'temperature':
      return dialect.temperature ? { ...dialect, temperature: false } : null
  }
}

/**
 * A request in a dialect. What is constant of a kind of call stands in the system prompt and the parameters, the case's own
 * text comes last: all calls of a kind begin with the same bytes, which is what prompt caches go by.
 */
export function requestIn(
  dialect: Dialect,
  request: ModelRequest,
  maxOutputTokens: number,
): Pick<ChatRequest, 'system' | 'user' | 'temperature' | 'parameters'> {
  return {
    system: systemFor(dialect.mode, request),
    user: request.user,
    temperature: dialect.temperature ? 0 : undefined,
    parameters: {
      ...(dialect.limit === 'none' ? {} : { [dialect.limit]: maxOutputTokens }),
      ...formatFor(dialect.mode, request),
    },
  }
}

/** The system prompt; below `json_schema` the schema stands in it, because the server will not enforce it. */
function systemFor(mode: AnswerMode, request: ModelRequest): string {
  if (mode === 'json_schema') return request.system
  const schema = JSON.stringify(request.schema)
  return `${request.system}\n\nAnswer with one JSON object and nothing else. It must match this JSON schema:\n${schema}`
}

/** `response_format`, if the mode has one. */
function formatFor(mode: AnswerMode, request: ModelRequest) {
  if (mode === 'json_schema')
    return {
      response_format: {
        type: 'json_schema' as const,
        json_schema: { name: request.schemaName, strict: true, schema: { ...request.schema } },
      },
    }
  return mode === 'json_object' ? { response_format: { type: 'json_object' as const } } : {}
}
