import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { readConfig } from './config.ts'
import { describeError, exitCodeOf } from './commands/output.ts'
import { queueCommands } from './commands/queue/register.ts'

const config = () => readConfig(process.env)

const json = () => new Option('--json', 'one JSON document on stdout')
const org = () => new Option('--org <id>', 'organisation; needed when there is more than one')

function wholeNumber(name: string): (text: string) => number {
  return (text) => {
    if (/^\d{1,12}$/.test(text)) return Number(text)
    throw new InvalidArgumentError(`${name} must be a whole number.`)
  }
}

/** Commands load what they need when they run: `rate` opens no database. */
function program(): Command {
  const cli = new Command('tollkeeper')
    .description('Usage-based billing that collects itself.')
    .configureOutput({ outputError: (text, write) => write(text) })
    .exitOverride()
    .showHelpAfterError()

  cli
    .command('demo')
    .description('live through a month of an API company; a second run changes nothing')
    .addOption(json())
    .action(async (options: { json?: boolean }) => {
      const { demo } = await import('./demo/demo.ts')
      await demo(config(), options)
    })
  cli
    .command('serve')
    .description('HTTP API, with a worker inside unless REDIS_URL is set')
    .action(async () => (await import('./commands/serve.ts')).serve(config()))
  cli
    .command('worker')
    .description('jobs, roll-up and test clocks')
    .action(async () => (await import('./commands/serve.ts')).work(config()))
  cli
    .command('migrate')
    .description('bring the database up to date')
    .action(async () => {
      const { openGround } = await import('./compose.ts')
      await (await openGround(config())).close()
      process.stderr.write('the database is up to date\n')
    })

  pureCommands(cli)
  documentCommands(cli)
  dataCommands(cli)
  queueCommands(cli, config)
  return cli
}

function pureCommands(cli: Command): void {
  cli
    .command('rate')
    .description('rate usage against a pricing document; prints JSON')
    .argument('[pricing]', 'PRICING.yaml')
    .argument('[usage]', 'USAGE.json')
    .option('--batch <file>', 'CASES.jsonl: {id, pricing, usage} a line')
    .addOption(json())
    .action(async (pricing, usage, options: { batch?: string }, command: Command) => {
      const { rateBatch, rateFiles } = await import('./commands/rate.ts')
      if (options.batch !== undefined) return rateBatch(options.batch)
      if (typeof pricing !== 'string' || typeof usage !== 'string')
        return command.error(
          'error: rate needs PRICING.yaml and USAGE.json, or --batch CASES.jsonl',
        )
      return rateFiles(pricing, usage)
    })
  cli
    .command('decide')
    .description('the routing decision for a GraphState; prints JSON')
    .argument('<state>', 'STATE.json, or STATES.jsonl with a state a line')
    .addOption(json())
    .action(async (path: string) => (await import('./commands/decide.ts')).decide(config(), path))
  cli
    .command('detect')
    .description('anomalies in a series; prints JSON')
    .argument('<series>', 'SERIES.csv with timestamp,value')
    .addOption(json())
    .action(async (path: string) => (await import('./commands/detect.ts')).detect(path))
}

function documentCommands(cli: Command): void {
  cli
    .command('samples')
    .description('documents of every kind as PDF, page and e-invoice, into a folder')
    .argument('<dir>')
    .addOption(json())
    .action(async (folder: string, options) =>
      (await import('./commands/samples.ts')).samples(folder, options),
    )
}

function dataCommands(cli: Command): void {
  cli
    .command('ingest')
    .description('usage events from a file')
    .argument('<events>', 'EVENTS.jsonl or EVENTS.csv')
    .option(
      '--backfill',
      'take events up to 400 days old instead of 35; final invoices are adjusted',
    )
    .addOption(
      new Option(
        '--skip <lines>',
        'begin after this line, where an earlier run had got to',
      ).argParser(wholeNumber('--skip')),
    )
    .addOption(org())
    .addOption(json())
    .action(async (path: string, options) =>
      (await import('./commands/ingest.ts')).ingest(config(), path, options),
    )
  cli
    .command('correct')
    .description(
      'cancel or amend usage events, one correction a line; drafts follow, invoices are adjusted',
    )
    .argument(
      '<corrections>',
      'CORRECTIONS.jsonl: {eventId, action: cancel | amend, reason, changes?}',
    )
    .addOption(org())
    .addOption(json())
    .action(async (path: string, options) =>
      (await import('./commands/correct.ts')).correct(config(), path, options),
    )
  cli
    .command('dead-letters')
    .description('events that were not taken: list them, send them in again, put one away')
    .option(
      '--code <code>',
      'only those refused for this: malformed, unknown_customer, future, too_old',
    )
    .addOption(
      new Option('--redrive', 'send the open ones in again; each counts once').conflicts('dismiss'),
    )
    .option('--dismiss <id>', 'put one away; it stays on record')
    .option('--reason <text>', 'why it is put away')
    .addOption(org())
    .addOption(json())
    .action(async (options) =>
      (await import('./commands/dead-letters.ts')).deadLetters(config(), options),
    )
  cli
    .command('bill')
    .description('the invoices of a period; resumable, idempotent')
    .requiredOption('--period <month>', 'like 2026-02')
    .addOption(
      new Option(
        '--preview',
        'what it would come to, and the hash of it; writes nothing',
      ).conflicts('expect'),
    )
    .option('--expect <hash>', 'of a preview: refuse to bill anything else')
    .option('--top <count>', 'differences to the month before that a preview shows', '10')
    .addOption(org())
    .addOption(json())
    .action(async (options) => (await import('./commands/bill.ts')).bill(config(), options))
  cli
    .command('replay')
    .description(
      'a period’s real usage on a new pricing document: who would pay more; writes nothing',
    )
    .requiredOption('--pricing <file>', 'NEW.yaml')
    .requiredOption('--period <month>', 'like 2026-02')
    .option('--map <old=new...>', 'plans that have another id in the new document')
    .option('--top <count>', 'how many of the largest differences to show', '10')
    .option('--csv', 'a line per subscription on stdout')
    .addOption(org())
    .addOption(json())
    .action(async (options) => (await import('./commands/replay.ts')).replay(config(), options))
  cli
    .command('import-bank')
    .description('match a bank statement (CSV) against open invoices')
    .argument('<file>')
    .addOption(org())
    .addOption(json())
    .action(async (path: string, options) =>
      (await import('./commands/import-bank.ts')).importBank(config(), path, options),
    )
  cli
    .command('explain')
    .description(
      'why a usage event is, or is not, on an invoice; what stands behind an invoice line',
    )
    .argument(
      '<what>',
      'EVENT_ID or its idempotency key; INVOICE_LINE: number or id of the invoice, # and the line’s number on it, ' +
        'like INV-2026-02-0047#3; without #3 every line of it',
    )
    .addOption(org())
    .addOption(json())
    .action(async (eventId: string, options) =>
      (await import('./commands/explain.ts')).explain(config(), eventId, options),
    )
  cli
    .command('investigate')
    .description(
      'rate an invoice again from raw events: at which layer does it differ? exit 1 if it does',
    )
    .argument('<invoice>', 'INV-2026-02-0047, or an id')
    .addOption(org())
    .addOption(json())
    .action(async (invoice: string, options) => {
      const { investigate } = await import('./commands/investigate.ts')
      if (!(await investigate(config(), invoice, options))) process.exitCode = 1
    })
  cli
    .command('ledger')
    .description('the trial balance, now or as of an instant; exit 1 if debits are not credits')
    .option('--at <instant>', 'what was posted then counts')
    .option('--before <instant>', 'what was posted then does not')
    .option('--csv', 'a line an account on stdout')
    .addOption(org())
    .addOption(json())
    .action(async (options) => {
      const { ledger } = await import('./commands/ledger.ts')
      if (!(await ledger(config(), options))) process.exitCode = 1
    })
  cli
    .command('agreement')
    .description('how far shadow and live model, and people and proposals, agree')
    .option('--since <instant>', 'from then on; 90 days by default')
    .addOption(org())
    .addOption(json())
    .action(async (options) =>
      (await import('./commands/agreement.ts')).agreement(config(), options),
    )
  cli
    .command('selfcheck')
    .description('are the invariants I1 to I9 true?')
    .addOption(org())
    .addOption(json())
    .action(async (options) => {
      const { runSelfcheck } = await import('./commands/selfcheck.ts')
      if (!(await runSelfcheck(config(), options))) process.exitCode = 1
    })
  const keys = cli.command('keys').description('API keys')
  keys
    .command('create')
    .description('make a key; it is shown this once')
    .addOption(org())
    .option('--new-org <name>', 'found an organisation first')
    .option('--country <code>', 'of the new organisation', 'DE')
    .option('--currency <code>', 'of the new organisation', 'EUR')
    .option('--time-zone <zone>', 'of the new organisation', 'Europe/Berlin')
    .option('--email <address>', 'of the new organisation’s owner', 'owner@example.com')
    .option('--live', 'the new organisation lives on the real clock only')
    .option('--name <name>', 'what the key is for', 'command line')
    .addOption(
      new Option('--role <role>')
        .choices(['owner', 'admin', 'developer', 'viewer', 'mail'])
        .default('owner'),
    )
    .addOption(json())
    .action(async (options) => (await import('./commands/keys.ts')).createKey(config(), options))
  cli
    .command('bench')
    .description('measure, as ratios within one run')
    .argument('<name>', 'ingest, bill or decide')
    .addOption(json())
    .action(async (name: string, options) =>
      (await import('./commands/bench.ts')).bench(config(), name, options),
    )
}

// Who reads on has enough: `… | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

try {
  await program().parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    process.stderr.write(`${describeError(error)}\n`)
    process.exitCode = exitCodeOf(error)
  }
}
