import { Option, type Command } from 'commander'
import type { Config } from '#src/config.ts'
import type { ListOptions } from './list.ts'
import type { WorkOptions } from './work.ts'

const json = () => new Option('--json', 'one JSON document on stdout')
const org = () => new Option('--org <id>', 'organisation; needed when there is more than one')
const as = () =>
  new Option('--as <email>', 'the member who does it; needed when there is more than one')

/** `queue …`: the human queue on the command line, through the same verbs and gates as the API. */
export function queueCommands(cli: Command, config: () => Config): void {
  const queue = cli.command('queue').description('the human queue')
  queue
    .command('list', { isDefault: true })
    .description('what waits for a person, due first')
    .addOption(
      new Option('--status <status>', 'default: open and claimed').choices([
        'open',
        'claimed',
        'answered',
        'resolved',
      ]),
    )
    .option('--reason <code>', 'like approval_needed')
    .addOption(new Option('--priority <priority>').choices(['low', 'normal', 'high', 'urgent']))
    .option('--assignee <who>', 'a member’s address, or none')
    .option('--customer <id>')
    .option('--overdue', 'only what is past its due time')
    .option('--limit <count>', 'at most', '50')
    .addOption(org())
    .addOption(json())
    .action(async (options: ListOptions) =>
      (await import('./list.ts')).listQueue(config(), options),
    )
  queue
    .command('show')
    .description('an escalation with its mail, facts, draft and proposals')
    .argument('<id>')
    .addOption(org())
    .addOption(json())
    .action(async (id: string, options: ListOptions) =>
      (await import('./show.ts')).showEscalation(config(), id, options),
    )
  queue
    .command('statistics')
    .description('how many wait, how many are overdue, how fast answers are')
    .option('--days <count>', 'answers of the last days', '30')
    .addOption(org())
    .addOption(json())
    .action(async (options: ListOptions & { days: string }) =>
      (await import('./show.ts')).showStatistics(config(), options),
    )
  workCommands(queue, config)
}

const WORK: readonly {
  readonly name: 'claim' | 'release' | 'approve' | 'reject' | 'edit' | 'respond'
  readonly says: string
  readonly takesText: boolean
}[] = [
  { name: 'claim', says: 'take the case, or over from a stale claim', takesText: false },
  { name: 'release', says: 'give the case back', takesText: false },
  { name: 'approve', says: 'do what is asked', takesText: false },
  { name: 'reject', says: 'do nothing', takesText: false },
  { name: 'edit', says: 'do it, with this text in place of the draft', takesText: true },
  { name: 'respond', says: 'only send this text', takesText: true },
]

function workCommands(queue: Command, config: () => Config): void {
  for (const { name, says, takesText } of WORK) {
    const command = queue.command(name).description(says).argument('<id>')
    if (takesText)
      command
        .option('--text <text>', 'what the customer reads')
        .option('--file <path>', 'the same from a file')
    if (!['claim', 'release'].includes(name)) command.option('--note <note>', 'for the audit trail')
    command
      .addOption(as())
      .addOption(org())
      .addOption(json())
      .action(async (id: string, options: WorkOptions) =>
        (await import('./work.ts')).workOnEscalation(config(), name, id, options),
      )
  }
  queue
    .command('assign')
    .description('give the case to a member who may answer')
    .argument('<id>')
    .argument('<email>', 'of the member')
    .addOption(as())
    .addOption(org())
    .addOption(json())
    .action(async (id: string, email: string, options: WorkOptions) =>
      (await import('./work.ts')).assignOnCommand(config(), id, email, options),
    )
}
