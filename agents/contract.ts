import type { z } from 'zod/v3'
import { zodToJsonSchema } from 'zod-to-json-schema'
import { hashOf } from '#src/kernel/canonical.ts'

/** What a model must answer: the schema we validate with, and the strict JSON schema made from it. */
export interface Contract<Answer> {
  readonly name: string
  readonly schema: z.ZodType<Answer, z.ZodTypeDef, unknown>
  readonly jsonSchema: Readonly<Record<string, unknown>>
  readonly hash: string
}

/** Contracts are written in zod 3: of a zod 4 schema zod-to-json-schema makes an empty one, silently. */
export function contract<Answer>(
  name: string,
  schema: z.ZodType<Answer, z.ZodTypeDef, unknown>,
): Contract<Answer> {
  const { $schema: _version, ...jsonSchema } = zodToJsonSchema(schema, {
    target: 'openAi',
    $refStrategy: 'none',
  }) as Record<string, unknown>
  return { name, schema, jsonSchema, hash: hashOf(jsonSchema) }
}
