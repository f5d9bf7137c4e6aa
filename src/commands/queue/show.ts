import { toHumanInterrupt } from '#src/approvals/agent-inbox.ts'
import { loadEscalation } from '#src/approvals/load-escalation.ts'
import { queueStatistics } from '#src/approvals/queue-statistics.ts'
import { storedQuestion } from '#src/approvals/stored-question.ts'
import { escalationView } from '#src/approvals/views.ts'
import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { scopeForCommand } from '../organization.ts'
import { printJson, printLine } from '../output.ts'

interface ShowOptions {
  readonly org?: string
  readonly json?: boolean
}

/** `queue show ID`. */
export async function showEscalation(
  config: Config,
  id: string,
  options: ShowOptions,
): Promise<void> {
  const ground = await openGround(config)
  try {
    const scope = await scopeForCommand(ground.system, options.org)
    const row = await scope.transact((ctx) => loadEscalation(ctx, id))
    if (options.json) return printJson(escalationView(row))
    const question = storedQuestion(row)
    const { description, config: allowed } = toHumanInterrupt(question)
    const verbs = [
      ...(allowed.allow_accept ? ['approve'] : []),
      ...(allowed.allow_edit ? ['edit'] : []),
      'reject',
      ...(allowed.allow_respond ? ['respond'] : []),
    ]
    printLine(`${row.id}  ${row.status}${row.claimedBy === null ? '' : ` by ${row.claimedBy}`}`)
    printLine(`${row.priority}, due ${row.dueAt.toString()}\n`)
    printLine(description ?? '')
    if (question.draft) printLine(`\n${question.draft.text}`)
    printLine(
      `\n${JSON.stringify({ trigger: row.context['trigger'] ?? null, facts: row.context['facts'] ?? {} }, null, 2)}`,
    )
    printLine(
      row.answer === null ? `\nanswer with: ${verbs.join(', ')}` : `\n${row.outcome ?? row.status}`,
    )
  } finally {
    await ground.close()
  }
}

/** `queue statistics`. @throws invalid_input naming the option. */
export async function showStatistics(
  config: Config,
  options: ShowOptions & { readonly days: string },
): Promise<void> {
  const days = Number(options.days)
  if (!Number.isInteger(days) || days < 1 || days > 366)
    throw invalidField('--days', 'a whole number from 1 to 366')
  const ground = await openGround(config)
  try {
    const scope = await scopeForCommand(ground.system, options.org)
    const found = await scope.transact((ctx) => queueStatistics(ctx, days))
    if (options.json) return printJson(found)
    const minutes =
      found.medianSecondsToAnswer === null
        ? 'none'
        : `${Math.round(found.medianSecondsToAnswer / 60)} minutes`
    printLine(`${found.open} open, ${found.claimed} claimed, ${found.overdue} overdue`)
    printLine(
      `${found.answered} answered in ${days} days, median ${minutes}, ${found.answeredInTime} in time`,
    )
  } finally {
    await ground.close()
  }
}
