import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import type { Scope } from '#db/context.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { catchUp } from '#src/metering/catch-up.ts'
import { dismissDeadLetter, listDeadLetters } from '#src/metering/dead-letters.ts'
import { redriveDeadLetters } from '#src/metering/redrive-dead-letters.ts'
import { RejectionCodeView } from '#src/metering/views.ts'
import { printJson, printLine } from './output.ts'
import { scopeForCommand } from './organization.ts'

const SHOWN = 100

export interface DeadLettersOptions {
  readonly code?: string
  readonly redrive?: boolean
  readonly dismiss?: string
  readonly reason?: string
  readonly org?: string
  readonly json?: boolean
}

/** `dead-letters`: what was not taken; `--redrive` sends it in again, `--dismiss ID` puts one away. */
export async function deadLetters(config: Config, options: DeadLettersOptions): Promise<void> {
  const code = codeOf(options.code)
  if (options.dismiss !== undefined && !options.reason?.trim())
    throw invalidField('--reason', 'is required: it goes into the audit trail')
  const ground = await openGround(config)
  try {
    const scope = await scopeForCommand(ground.system, options.org)
    if (options.dismiss !== undefined) await dismiss(scope, options.dismiss, options)
    else if (options.redrive) {
      await redrive(scope, code, options)
      await catchUp(ground.system)
    } else await list(scope, code, options)
  } finally {
    await ground.close()
  }
}

type Code = ReturnType<typeof codeOf>

function codeOf(text: string | undefined) {
  if (text === undefined) return undefined
  const parsed = RejectionCodeView.safeParse(text)
  if (parsed.success) return parsed.data
  throw invalidField('--code', `"${text}" is not one of ${RejectionCodeView.options.join(', ')}`)
}

async function list(scope: Scope, code: Code, options: DeadLettersOptions): Promise<void> {
  const page = await scope.transact((ctx) =>
    listDeadLetters(ctx, { status: 'open', limit: SHOWN, code }),
  )
  if (options.json) return printJson(page)
  if (page.data.length === 0) return printLine('no open dead letters')
  for (const { id, code: why, reason, times, body } of page.data) {
    printLine(`${id}  ${why}: ${reason}${times > 1 ? ` (${times} times)` : ''}`)
    printLine(`  ${JSON.stringify(body).slice(0, 200)}`)
  }
  if (page.nextCursor !== null) printLine(`these are the oldest ${SHOWN}; there are more`)
}

async function redrive(scope: Scope, code: Code, options: DeadLettersOptions): Promise<void> {
  const total = { redriven: 0, stillRefused: 0 }
  for (let after: string | undefined; ;) {
    const answer = await redriveDeadLetters(scope, { code, after })
    total.redriven += answer.redriven
    total.stillRefused += answer.stillRefused
    if (answer.nextAfter === null) break
    after = answer.nextAfter
  }
  if (options.json) printJson(total)
  else printLine(`${total.redriven} taken, ${total.stillRefused} refused again`)
}

async function dismiss(scope: Scope, id: string, options: DeadLettersOptions): Promise<void> {
  const reason = options.reason ?? ''
  const letter = await scope.transact((ctx) => dismissDeadLetter(ctx, { id, reason }))
  if (options.json) printJson(letter)
  else printLine(`${letter.id} is put away`)
}
