import { serve, type ServerType } from '@hono/node-server'
import type { House } from './compose.ts'
import { AppError } from './kernel/errors.ts'

/** A listening server; `url` has the port it really got. */
export interface Listening {
  readonly url: string
  close(): Promise<void>
}

const KEEP_ALIVE_MS = 75_000

/** Serves the house's HTTP app; port 0 takes a free one. @throws conflict when the port is taken. */
export function listen(house: Pick<House, 'app'>, port: number, host?: string): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server: ServerType = serve(
      { fetch: house.app.fetch, port, ...(host === undefined ? {} : { hostname: host }) },
      (address) =>
        resolve({
          url: `http://localhost:${address.port}`,
          close: () =>
            new Promise((closed) => {
              server.close(() => closed())
              // Keep-alive connections would hold the process up.
              if ('closeIdleConnections' in server) server.closeIdleConnections()
            }),
        }),
    )
    // Longer than clients and load balancers keep idle connections, so that they and not we close them first.
    if ('keepAliveTimeout' in server) server.keepAliveTimeout = KEEP_ALIVE_MS
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(taken ? new AppError('conflict', `port ${port} is taken: set PORT to another`) : error)
    })
  })
}
