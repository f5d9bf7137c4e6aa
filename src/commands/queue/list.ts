import Table from 'cli-table3'
import { listEscalations, type Escalation } from '#src/approvals/load-escalation.ts'
import { escalationView } from '#src/approvals/views.ts'
import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { isBefore, type Instant } from '#src/kernel/time.ts'
import { scopeForCommand } from '../organization.ts'
import { printJson, printLine } from '../output.ts'
import { memberByEmail } from './member.ts'

export interface ListOptions {
  readonly status?: Escalation['status']
  readonly reason?: string
  readonly priority?: Escalation['priority']
  readonly assignee?: string
  readonly customer?: string
  readonly overdue?: boolean
  readonly limit?: string
  readonly org?: string
  readonly json?: boolean
}

/** `queue list`. @throws invalid_input naming the option. */
export async function listQueue(config: Config, options: ListOptions): Promise<void> {
  const { status, reason, priority, assignee, customer: customerId, overdue } = options
  const limit = Number(options.limit ?? '50')
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000)
    throw invalidField('--limit', 'a whole number from 1 to 1000')
  const ground = await openGround(config)
  try {
    const scope = await scopeForCommand(ground.system, options.org)
    const rows = await scope.transact(async (ctx) => {
      const who =
        assignee === undefined || assignee === 'none'
          ? null
          : `member:${(await memberByEmail(ctx, assignee, '--assignee')).id}`
      return listEscalations(ctx, {
        statuses: status === undefined ? ['open', 'claimed'] : [status],
        reason,
        priority,
        assignee: assignee === undefined ? undefined : who,
        customerId,
        overdue,
        limit,
      })
    })
    if (options.json) printJson({ escalations: rows.map(escalationView) })
    else printTable(rows, scope.now)
  } finally {
    await ground.close()
  }
}

function printTable(rows: readonly Escalation[], now: Instant): void {
  if (rows.length === 0) return printLine('nobody waits')
  const table = new Table({
    head: ['id', 'due', 'priority', 'status', 'account', 'what'],
    style: { head: [], border: [] },
    colWidths: [null, null, null, null, null, 60],
    wordWrap: true,
  })
  for (const row of rows) {
    const isWaiting = row.status === 'open' || row.status === 'claimed'
    const late = isWaiting && isBefore(row.dueAt, now) ? ' OVERDUE' : ''
    table.push([
      row.id,
      `${row.dueAt.toString().slice(0, 16)}${late}`,
      row.priority,
      row.claimedBy === null ? row.status : `${row.status}\n${row.claimedBy}`,
      row.customerId ?? '',
      row.summary,
    ])
  }
  printLine(table.toString())
}
