import type { ModelRequest } from './model.ts'

/** How an answer's shape is asked for, best first (S10). Whatever the mode, we validate every answer ourselves. */
export type AnswerMode = 'json_schema' | 'json_object' | 'text'

/** The next weaker way to ask, or null when there is none. */
export function nextMode(mode: AnswerMode): AnswerMode | null {
  return mode === 'json_schema' ? 'json_object' : mode === 'json_object' ? 'text' : null
}

/** The system prompt; below `json_schema` the schema stands in it, because the server will not enforce it. */
export function systemFor(mode: AnswerMode, request: ModelRequest): string {
  if (mode === 'json_schema') return request.system
  const schema = JSON.stringify(request.schema)
  return `${request.system}\n\nAnswer with one JSON object and nothing else. It must match this JSON schema:\n${schema}`
}

/** The call option `response_format`, if the mode has one. */
export function formatFor(mode: AnswerMode, request: ModelRequest) {
  if (mode === 'json_schema')
    return {
      response_format: {
        type: 'json_schema' as const,
        json_schema: { name: request.schemaName, schema: { ...request.schema }, strict: true },
      },
    }
  return mode === 'json_object' ? { response_format: { type: 'json_object' as const } } : {}
}
