import { z } from 'zod'

/** "invoice.paid", a family ("dunning.*") or everything ("*"). */
const EventFilter = z
  .string()
  .regex(/^(\*|[a-z_]+(\.[a-z_]+)*(\.\*)?)$/, 'is an event like invoice.paid, dunning.* or *')

const EndpointUrl = z
  .url({ protocol: /^https?$/, error: 'is an http or https address' })
  .max(2000)
  .refine((url) => {
    const parsed = URL.parse(url)
    return parsed === null || (parsed.username === '' && parsed.password === '')
  }, 'must not carry a user name or password')

export const NewEndpoint = z.strictObject({
  url: EndpointUrl,
  events: z.array(EventFilter).min(1).max(50),
})
export type NewEndpoint = z.infer<typeof NewEndpoint>

export const EndpointChange = z.strictObject({
  url: EndpointUrl.optional(),
  events: NewEndpoint.shape.events.optional(),
  disabled: z.boolean().optional(),
})
export type EndpointChange = z.infer<typeof EndpointChange>
