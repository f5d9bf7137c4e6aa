import { z } from '@hono/zod-openapi'

/** Body field of a commit that has a preview twin: 409 when what would be done has another hash. */
export const ExpectedHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be the hash a preview gave')
  .optional()
  .openapi({ description: 'The hash of the preview; 409 when the content differs from it.' })
