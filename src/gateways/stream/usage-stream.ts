/** A message of usage as a stream delivered it, at least once. */
export interface StreamMessage {
  /** Whose usage it says it is: the last part of its subject. */
  readonly orgId: string
  readonly text: string
  readonly contentType: string
  /** What the sender called it, so that the same message is the same event. */
  readonly messageId: string | undefined
  /** 1 for the first time. */
  readonly deliveries: number
  /** It is durable with us: never deliver it again. */
  done(): void
  /** Deliver it again after a while. */
  again(afterMs: number): void
  /** Nobody here can take it: it is put aside in the stream's own server, with the reason, and not delivered again. */
  aside(reason: string): Promise<void>
}

/** Where usage comes in besides HTTP. */
export interface UsageStream {
  /** Up to `limit` messages, as soon as there is one; none after a while without any, or while the server is away. */
  next(limit: number): Promise<readonly StreamMessage[]>
  close(): Promise<void>
}
