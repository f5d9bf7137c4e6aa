import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import type { Role } from '#src/http/roles.ts'
import { createApiKey } from '#src/tenancy/create-key.ts'
import { createOrganization } from '#src/tenancy/create-organization.ts'
import { printJson, printLine } from './output.ts'
import { scopeForCommand } from './organization.ts'

interface KeyOptions {
  readonly org?: string
  readonly newOrg?: string
  readonly country: string
  readonly currency: string
  readonly timeZone: string
  readonly email: string
  readonly live?: boolean
  readonly name: string
  readonly role: Role
  readonly json?: boolean
}

/** `keys create`: an API key for an organisation, or for a new one with its owner. The key is shown this once. */
export async function createKey(config: Config, options: KeyOptions): Promise<void> {
  const ground = await openGround(config)
  try {
    const orgId =
      options.newOrg === undefined ? options.org : await found(ground, options.newOrg, options)
    const scope = await scopeForCommand(ground.system, orgId)
    const key = await scope.transact((ctx) =>
      createApiKey(ctx, { name: options.name, role: options.role }),
    )
    if (options.json) printJson({ organization: scope.orgId, ...key })
    else
      printLine(`${key.key}\n(organisation ${scope.orgId}, ${options.role}; it is not shown again)`)
  } finally {
    await ground.close()
  }
}

async function found(
  ground: { system: Parameters<typeof createOrganization>[0] },
  name: string,
  options: KeyOptions,
): Promise<string> {
  const { id } = await createOrganization(ground.system, {
    name,
    country: options.country,
    currency: options.currency,
    timeZone: options.timeZone,
    mode: options.live ? 'live' : 'sandbox',
    owner: { email: options.email, name: 'Owner' },
  })
  return id
}
