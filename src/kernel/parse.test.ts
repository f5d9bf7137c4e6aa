import { expect, it } from 'vitest'
import { z } from 'zod'
import { invalidInput } from './parse.ts'

it('calls a field that was left out missing, and one of a wrong kind wrong', () => {
  const parsed = z.object({ name: z.string(), seats: z.number() }).safeParse({ seats: 'many' })
  const error = parsed.success ? null : invalidInput(parsed.error)
  expect(error?.message).toContain('name: is missing')
  expect(error?.message).toContain('seats: Invalid input: expected number')
})
