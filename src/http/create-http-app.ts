import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { Logger } from 'pino'
import type { System } from '#db/context.ts'
import { apiRouter } from './api-router.ts'
import { authenticate } from './authenticate.ts'
import { bodySize } from './body-size.ts'
import { docsPage, type ApiDocument } from './docs-page.ts'
import type { AppEnv } from './env.ts'
import { idempotency } from './idempotency.ts'
import { problemHandler, unknownPath } from './problem.ts'
import { plainAddress, plainBody } from './plain-text.ts'
import { requestLog } from './request-log.ts'

const ABOUT = `Usage-based billing that collects itself.

Send your API key as "Authorization: Bearer tk_…". Every mutation takes an Idempotency-Key: the same key with the same request gets the same answer, with another request 422, while the first one runs 409.
Money is a string of minor units in fields that end in "Minor"; instants are RFC 3339 in UTC. Lists answer {data, nextCursor} and take ?limit= and ?cursor=. Errors are application/problem+json (RFC 9457) with a stable code.`

export interface HttpAppDeps {
  readonly system: System
  readonly log: Logger
  /** The rooms' routers with full paths: those under /api are authenticated, /webhooks and pages look after themselves. */
  readonly routes: readonly Hono<AppEnv>[]
}

/** The whole HTTP side: logging, limits, authentication, idempotency, the rooms' routes, documents, errors. */
export function createHttpApp(deps: HttpAppDeps): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.onError(problemHandler(deps.log))
  app.notFound(unknownPath)
  app.use(requestLog(deps.log, deps.system.newId), secureHeaders(), plainAddress(), bodySize())

  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
  })
  const document = () => documentOf(app)
  app.get('/api/openapi.json', (c) => c.json(document()))
  app.get('/docs', (c) => {
    c.header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
    // The generator's types and the page's differ in everything that the page does not read.
    return c.html(docsPage(JSON.parse(JSON.stringify(document())) as ApiDocument))
  })

  app.use('/api/*', authenticate(deps.system), plainBody(), idempotency(deps.system))
  for (const router of deps.routes) app.route('/', router)
  return app
}

function documentOf(app: OpenAPIHono<AppEnv>) {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Tollkeeper', version: '0.1.0', description: ABOUT },
    security: [{ bearer: [] }],
  })
}
