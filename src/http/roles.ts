/**
 * Who may do what (T1). API middleware, pages and tests read this one table. `mail` hands over received mail and does
 * nothing else: its key lies with a mail provider.
 */
export const ROLES = ['owner', 'admin', 'developer', 'viewer', 'mail'] as const
export type Role = (typeof ROLES)[number]

const EVERYONE: readonly Role[] = ['owner', 'admin', 'developer', 'viewer']
const BUILDERS: readonly Role[] = ['owner', 'admin', 'developer']
const FINANCE: readonly Role[] = ['owner', 'admin']

/** resource → action → roles. What is not listed is refused. */
export const PERMISSIONS = {
  keys: { read: FINANCE, write: FINANCE },
  organization: { read: EVERYONE, write: FINANCE },
  testClock: { read: EVERYONE, write: BUILDERS },
  audit: { read: FINANCE },
  customers: { read: EVERYONE, write: BUILDERS },
  subscriptions: { read: EVERYONE, write: BUILDERS },
  pricing: { read: EVERYONE, write: FINANCE },
  usage: { read: EVERYONE, write: BUILDERS },
  invoices: { read: EVERYONE, write: FINANCE },
  credits: { read: EVERYONE, write: FINANCE },
  payments: { read: EVERYONE, write: FINANCE },
  ledger: { read: EVERYONE },
  reports: { read: EVERYONE },
  dunning: { read: EVERYONE, write: FINANCE },
  messages: { read: EVERYONE, write: FINANCE },
  inboundMail: { write: [...BUILDERS, 'mail'] },
  escalations: { read: EVERYONE, write: FINANCE },
  runs: { read: EVERYONE, write: FINANCE },
  webhookEndpoints: { read: BUILDERS, write: BUILDERS },
} as const satisfies Record<
  string,
  { readonly read?: readonly Role[]; readonly write?: readonly Role[] }
>

export type Resource = keyof typeof PERMISSIONS
export type Action = 'read' | 'write'

/** Whether a role may do this; an action that the table does not name is refused for everybody. */
export function may(role: Role, resource: Resource, action: Action): boolean {
  const actions: { readonly read?: readonly Role[]; readonly write?: readonly Role[] } =
    PERMISSIONS[resource]
  return (actions[action] ?? []).includes(role)
}
