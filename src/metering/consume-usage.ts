import { openScope, type System } from '#db/context.ts'
import type { StreamMessage, UsageStream } from '#src/gateways/stream/usage-stream.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Actor } from '#src/kernel/ids.ts'
import { eventsIn } from './delivery.ts'
import { namesItself } from './event-forms.ts'
import { MAX_EVENTS_PER_CALL, recordUsage } from './record-usage.ts'
import type { RecordedUsage } from './shapes.ts'

const ACTOR: Actor = { kind: 'system', id: 'usage-stream' }
const MESSAGES_PER_ROUND = 500
const LONGEST_WAIT_MS = 30_000

/**
 * Takes one round of messages from a stream: all events of an organisation in as few commits as they fit into, each
 * message answered only when its events are durable. Delivered again it counts once, by the events' own keys. What
 * cannot be read is a dead letter; what names no organisation is put aside; when the database is away the message comes
 * again. Returns how many messages were taken.
 */
export async function consumeUsage(
  system: System,
  stream: UsageStream,
  onRecorded: (answer: RecordedUsage) => void = () => {},
): Promise<number> {
  const messages = await stream.next(MESSAGES_PER_ROUND)
  let taken = 0
  for (const [orgId, group] of Map.groupBy(messages, (message) => message.orgId)) {
    for (const batch of batches(group.map(readMessage)))
      taken += await take(system, orgId, batch, onRecorded)
  }
  return taken
}

interface ReadMessage {
  readonly message: StreamMessage
  readonly events: readonly unknown[]
}

function readMessage(message: StreamMessage): ReadMessage {
  try {
    const events = eventsIn(message.text, message.contentType)
    const [only] = events
    const named = events.length === 1 && typeof only === 'object' && only !== null
    if (!named || namesItself(only) || message.messageId === undefined) return { message, events }
    return { message, events: [{ ...only, idempotency_key: message.messageId }] }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    // As it is: it becomes a malformed event, and shows in its dead letter.
    return { message, events: [message.text] }
  }
}

/** Messages whose events fit into one commit; a message is never parted from its events. */
function* batches(messages: readonly ReadMessage[]): Generator<ReadMessage[]> {
  let batch: ReadMessage[] = []
  let size = 0
  for (const one of messages) {
    if (batch.length > 0 && size + one.events.length > MAX_EVENTS_PER_CALL) {
      yield batch
      batch = []
      size = 0
    }
    batch.push(one)
    size += one.events.length
  }
  if (batch.length > 0) yield batch
}

async function take(
  system: System,
  orgId: string,
  batch: readonly ReadMessage[],
  onRecorded: (answer: RecordedUsage) => void,
): Promise<number> {
  try {
    const scope = await openScope(system, orgId, ACTOR)
    const events = batch.flatMap((one) => one.events)
    if (events.length > MAX_EVENTS_PER_CALL) {
      await aside(batch, `more than ${MAX_EVENTS_PER_CALL} events in one message`)
      return 0
    }
    onRecorded(await recordUsage(scope, { events }))
    for (const { message } of batch) message.done()
    return batch.length
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') {
      await aside(batch, error.message)
      return 0
    }
    for (const { message } of batch)
      message.again(Math.min(LONGEST_WAIT_MS, 100 * 2 ** Math.min(message.deliveries, 10)))
    throw error
  }
}

async function aside(batch: readonly ReadMessage[], reason: string): Promise<void> {
  for (const { message } of batch) await message.aside(reason)
}
