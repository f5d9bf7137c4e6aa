import type { Scope } from '#db/context.ts'
import type { Role } from './roles.ts'

/** What the middleware puts on a request: `scope` and `role` under /api (authenticated), `requestId` everywhere. */
export interface AppEnv {
  Variables: {
    scope: Scope
    role: Role
    requestId: string
  }
}
