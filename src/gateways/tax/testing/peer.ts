import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the peer says: status and body, or "hang" (never answers), or "reset" (closes the connection). */
export type PeerAnswer = readonly [number, object | string] | 'hang' | 'reset'

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A server on localhost that says what it was told, in order; the last answer repeats. */
export interface Peer {
  readonly url: string
  readonly seen: SeenRequest[]
  /** One list for all requests, or a function of each. */
  script: PeerAnswer[] | ((request: SeenRequest) => PeerAnswer)
  close(): Promise<void>
}

export async function openPeer(): Promise<Peer> {
  const server = createServer((request, response) => void answer(peer, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const peer: Peer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    script: [],
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return peer
}

async function answer(
  peer: Peer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  const { method = '', url = '', headers } = request
  const seen = { method, path: url, headers, body }
  peer.seen.push(seen)
  const { script } = peer
  const next =
    typeof script === 'function' ? script(seen) : script.length > 1 ? script.shift() : script[0]
  if (next === 'hang' || next === undefined) return
  if (next === 'reset') {
    request.socket.destroy()
    return
  }
  response.writeHead(next[0], { 'content-type': 'application/json' })
  response.end(typeof next[1] === 'string' ? next[1] : JSON.stringify(next[1]))
}
