import { answerEscalation } from '#src/approvals/answer-escalation.ts'
import { assignEscalation } from '#src/approvals/assign-escalation.ts'
import { claimEscalation } from '#src/approvals/claim-escalation.ts'
import type { Escalation } from '#src/approvals/load-escalation.ts'
import { releaseEscalation } from '#src/approvals/release-escalation.ts'
import { escalationView } from '#src/approvals/views.ts'
import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import type { Ctx } from '#db/context.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { scopeForCommand } from '../organization.ts'
import { printJson, printLine, readInput } from '../output.ts'
import { asMember, memberByEmail } from './member.ts'

export interface WorkOptions {
  readonly text?: string
  readonly file?: string
  readonly note?: string
  readonly as?: string
  readonly org?: string
  readonly json?: boolean
}

type Verb = 'claim' | 'release' | 'approve' | 'reject' | 'edit' | 'respond'

/** `queue claim|release|approve|reject|edit|respond ID`. @throws as the verbs do; invalid_input naming the option. */
export async function workOnEscalation(
  config: Config,
  verb: Verb,
  id: string,
  options: WorkOptions,
): Promise<void> {
  const text = textOf(verb, options)
  await run(config, options, (ctx) => {
    if (verb === 'claim') return claimEscalation(ctx, id)
    if (verb === 'release') return releaseEscalation(ctx, id)
    const note = options.note === undefined ? {} : { note: options.note }
    return answerEscalation(ctx, {
      id,
      answer: { decision: verb, ...note, ...(text === undefined ? {} : { text }) },
    })
  })
}

/** `queue assign ID EMAIL`. */
export async function assignOnCommand(
  config: Config,
  id: string,
  email: string,
  options: WorkOptions,
): Promise<void> {
  await run(config, options, async (ctx) =>
    assignEscalation(ctx, { id, memberId: (await memberByEmail(ctx, email, 'email')).id }),
  )
}

function textOf(verb: Verb, { text, file }: WorkOptions): string | undefined {
  if (verb !== 'edit' && verb !== 'respond') return undefined
  if (text !== undefined && file !== undefined)
    throw invalidField('--file', 'does not go with --text')
  const given = text ?? (file === undefined ? undefined : readInput(file))
  if (given === undefined || given.trim() === '')
    throw invalidField('--text', `${verb} needs a text, or --file`)
  return given
}

async function run(
  config: Config,
  options: WorkOptions,
  work: (ctx: Ctx) => Promise<Escalation>,
): Promise<void> {
  const ground = await openGround(config)
  try {
    const scope = await scopeForCommand(ground.system, options.org)
    const row = await scope.transact(async (ctx) => work(await asMember(ctx, options.as)))
    if (options.json) return printJson(escalationView(row))
    printLine(
      `${row.id} is ${row.status}${row.claimedBy === null ? '' : `, held by ${row.claimedBy}`}`,
    )
    if (row.status === 'answered') printLine('a worker (serve, or worker) carries it out')
  } finally {
    await ground.close()
  }
}
