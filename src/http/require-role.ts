import { createMiddleware } from 'hono/factory'
import { AppError } from '#src/kernel/errors.ts'
import type { AppEnv } from './env.ts'
import { may, type Action, type Resource } from './roles.ts'

/**
 * Route middleware: refuses a role that the permission table does not allow.
 * @throws forbidden
 */
export function requireRole(resource: Resource, action: Action) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const role = c.get('role')
    if (!may(role, resource, action))
      throw new AppError('forbidden', `the role ${role} may not ${action} ${resource}`)
    await next()
  })
}
