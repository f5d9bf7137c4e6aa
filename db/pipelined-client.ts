import type { Socket } from 'node:net'
import { Client, type ClientConfig } from 'pg'

/** What there is of a statement before it is sent. */
interface Sent {
  readonly text?: string
}
type Send = (statement: string | Sent, ...rest: unknown[]) => unknown

/** What `begin` answers, without waiting for it. */
const BEGUN = { command: 'BEGIN', rowCount: null, oid: 0, rows: [], fields: [] }

/**
 * A connection that sends statements as they come, the next before the answer to the last, and those of one turn of
 * the event loop in one write: round trips are most of what a short transaction costs. The server still works them off
 * in order, and one that fails fails all behind it in the transaction.
 */
export class PipelinedClient extends Client {
  constructor(config?: ClientConfig) {
    super({ ...config, pipeline: true })
    const send: Send = Client.prototype.query.bind(this) as Send
    const stream = () => (this as unknown as { connection: { stream: Socket } }).connection.stream
    let gathering = false
    const gathered: Send = (statement, ...rest) => {
      if (!gathering) {
        gathering = true
        const socket = stream()
        socket.cork()
        process.nextTick(() => {
          gathering = false
          socket.uncork()
        })
      }
      const text = typeof statement === 'string' ? statement : statement.text
      if (text !== 'begin') return send(statement, ...rest)
      const begun = send(statement, ...rest)
      // Without a transaction nothing behind it may run: not as whom it would be, nor by itself.
      if (begun instanceof Promise) begun.catch(() => stream().destroy())
      return Promise.resolve(BEGUN)
    }
    this.query = gathered as typeof this.query
  }
}
