import { OpenAPIHono, z } from '@hono/zod-openapi'
import { AppError } from '#src/kernel/errors.ts'
import { invalidInput } from '#src/kernel/parse.ts'
import type { AppEnv } from './env.ts'

/** A router whose validation failures answer `invalid_input`, naming each field. */
export function apiRouter(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return
      if (result.error instanceof z.ZodError) throw invalidInput(result.error)
      throw new AppError('invalid_input', 'the request could not be read')
    },
  })
}

/** Content of a JSON body or answer in a route definition. */
export function json<Schema extends z.ZodType>(schema: Schema, description = '') {
  return { description, content: { 'application/json': { schema } } }
}
