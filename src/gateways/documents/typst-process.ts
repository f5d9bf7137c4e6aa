import { fork, type ChildProcess } from 'node:child_process'
import type { RenderReply, RenderRequest } from './typst-messages.ts'

/** A page takes some ten milliseconds; a child that is silent for this long is broken. */
const TIMEOUT_MS = 60_000

/** The child died or hung with a document in its hands. */
export class ChildFailure extends Error {}

/** One child process: a document at a time. */
export interface TypstProcess {
  /** Absent when it could not be started. */
  readonly pid: number | undefined
  /** @throws ChildFailure */
  render(request: RenderRequest): Promise<RenderReply>
  /** Ends it and waits until it is gone. */
  end(): Promise<void>
}

/** Starts a child. It never keeps the parent alive unless a document is under way, and ends with it. */
export function startTypstProcess(): TypstProcess {
  const child = fork(new URL('./typst-child.ts', import.meta.url), [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // It reads fonts and gets documents; keys and urls of the parent are none of its business.
    env: {},
  })
  // Its failures reach whoever waits for a document; one that happens between documents shows at the next.
  child.on('error', () => {})
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  holdOpen(child, false)
  return {
    pid: child.pid,
    render: async (request) => {
      holdOpen(child, true)
      try {
        return await ask(child, request)
      } finally {
        holdOpen(child, false)
      }
    },
    end: async () => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
      holdOpen(child, true)
      child.kill('SIGKILL')
      await gone
    },
  }
}

function holdOpen(child: ChildProcess, open: boolean): void {
  if (open) {
    child.ref()
    child.channel?.ref()
  } else {
    child.unref()
    child.channel?.unref()
  }
}

function ask(child: ChildProcess, request: RenderRequest): Promise<RenderReply> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      clearTimeout(timer)
      child.off('message', answered)
      child.off('exit', ended)
      child.off('error', failed)
      finish()
    }
    // A child sends nothing but replies.
    const answered = (reply: unknown) => settle(() => resolve(reply as RenderReply))
    const ended = (code: number | null, signal: string | null) =>
      failed(new Error(`it ended with ${signal ?? `code ${code}`}`))
    const failed = (error: Error) => settle(() => reject(new ChildFailure(error.message)))
    const timer = setTimeout(() => failed(new Error(`no answer in ${TIMEOUT_MS} ms`)), TIMEOUT_MS)
    child.once('message', answered)
    child.once('exit', ended)
    child.once('error', failed)
    if (child.exitCode !== null || child.signalCode !== null)
      return failed(new Error('it had ended already'))
    child.send(request, (error) => {
      if (error) failed(error)
    })
  })
}
