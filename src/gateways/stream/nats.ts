import {
  AckPolicy,
  DeliverPolicy,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type Consumer,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
} from '@nats-io/jetstream'
import { connect, headers, nanos, type NatsConnection } from '@nats-io/transport-node'
import type { StreamMessage, UsageStream } from './usage-stream.ts'

export interface NatsOptions {
  readonly url: string
  /** Of the streams and their subjects: `usage` means stream USAGE with the subjects `usage.<organisation>`. */
  readonly prefix?: string
  /** Milliseconds a call waits for the first message; default 1,000, the least the server takes. */
  readonly waitMs?: number
  /** Milliseconds after which a message that nobody answered is delivered again; default 30,000. */
  readonly ackWaitMs?: number
}

const CONSUMER = 'tollkeeper'
const KEPT_DAYS = 30
/** Messages under way to all workers together: what is in memory is bounded. */
const MAX_UNDER_WAY = 5_000

/**
 * Usage through NATS JetStream: a durable pull consumer that any number of workers share. The streams are made when they
 * are missing; messages are kept for 30 days after they were taken, so that they can be replayed. The connection is
 * tried for ever; while it is away `next` answers nothing.
 */
export function natsStream(options: NatsOptions): UsageStream {
  const prefix = options.prefix ?? 'usage'
  const waitMs = options.waitMs ?? 1_000
  let opening: Promise<Opened> | null = null
  const opened = () => {
    opening ??= open(options, prefix).catch((error: unknown) => {
      opening = null
      throw error
    })
    return opening
  }
  return {
    next: async (limit) => {
      const { js, consumer } = await opened()
      const batch = await consumer.fetch({ max_messages: limit, expires: waitMs })
      const messages: StreamMessage[] = []
      for await (const message of batch) messages.push(messageOf(js, prefix, message))
      return messages
    },
    close: async () => {
      const last = await opening?.catch(() => null)
      await last?.connection.close()
    },
  }
}

interface Opened {
  readonly connection: NatsConnection
  readonly js: JetStreamClient
  readonly consumer: Consumer
}

async function open(options: NatsOptions, prefix: string): Promise<Opened> {
  const connection = await connect({
    servers: options.url,
    name: 'tollkeeper',
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    timeout: 5_000,
  })
  try {
    const manager = await jetstreamManager(connection)
    await ensureStream(manager, prefix)
    await ensureStream(manager, `${prefix}_refused`)
    await ensureConsumer(manager, prefix, options.ackWaitMs ?? 30_000)
    const js = jetstream(connection)
    return { connection, js, consumer: await js.consumers.get(prefix.toUpperCase(), CONSUMER) }
  } catch (error) {
    await connection.close()
    throw error
  }
}

async function ensureStream(manager: JetStreamManager, prefix: string): Promise<void> {
  const name = prefix.toUpperCase()
  const known = await manager.streams.info(name).catch(() => null)
  if (known) return
  await manager.streams.add({
    name,
    subjects: [`${prefix}.*`],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    max_age: nanos(KEPT_DAYS * 86_400_000),
  })
}

/** Delivered again for ever until it is answered: nothing is dropped because it failed too often. */
async function ensureConsumer(
  manager: JetStreamManager,
  prefix: string,
  ackWaitMs: number,
): Promise<void> {
  await manager.consumers.add(prefix.toUpperCase(), {
    durable_name: CONSUMER,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackWaitMs),
    max_deliver: -1,
    max_ack_pending: MAX_UNDER_WAY,
  })
}

function messageOf(js: JetStreamClient, prefix: string, message: JsMsg): StreamMessage {
  const orgId = message.subject.slice(prefix.length + 1)
  return {
    orgId,
    text: message.string(),
    contentType: message.headers?.get('content-type') ?? '',
    messageId: message.headers?.get('Nats-Msg-Id') || undefined,
    deliveries: message.info.deliveryCount,
    done: () => message.ack(),
    again: (afterMs) => message.nak(afterMs),
    aside: async (reason) => {
      const noted = headers()
      noted.set('Tollkeeper-Reason', reason.replaceAll(/[\r\n]/g, ' ').slice(0, 500))
      // Durable there before it is answered here; put aside twice it is one message.
      await js.publish(`${prefix}_refused.${orgId}`, message.data, {
        headers: noted,
        msgID: `${message.info.stream} ${message.seq}`,
      })
      message.ack()
    },
  }
}
