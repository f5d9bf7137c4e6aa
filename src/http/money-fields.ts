import { z } from '@hono/zod-openapi'

/** Body field: minor units above zero, as text since JSON numbers lose digits. */
export const MinorAmount = z
  .string()
  .regex(/^[1-9]\d{0,17}$/, 'must be minor units above zero, as text without a point: "1050"')
  .transform(BigInt)
  .openapi({ type: 'string', example: '1050' })

/** The same, or all there is. */
export const MinorOrFull = z.union([z.literal('full'), MinorAmount])

/** Why money moves: goes into the books and the audit trail. */
export const Reason = z.string().trim().min(1).max(500)

/** The caller's name for the thing: the same key does it once. */
export const OnceKey = z.string().min(1).max(200)
