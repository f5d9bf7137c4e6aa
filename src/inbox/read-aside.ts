import { Worker } from 'node:worker_threads'
import { sha256 } from '#src/kernel/canonical.ts'
import { unreadableMail, type ParsedMail } from './parsed-mail.ts'

const PATIENCE_MILLISECONDS = 15_000
const MOST_MEMORY_MEGABYTES = 384

/** One thread at a time: a flood of such mails takes one core and no more. */
let line: Promise<unknown> = Promise.resolve()

/** Reads a mail in a thread of its own; one that takes too long or too much memory is left to a person. */
export function readAside(raw: Uint8Array): Promise<ParsedMail> {
  const read = line.then(() => readInThread(raw))
  line = read
  return read
}

function readInThread(raw: Uint8Array): Promise<ParsedMail> {
  return new Promise((resolve) => {
    const thread = new Worker(new URL('read-mail.worker.ts', import.meta.url), {
      workerData: raw,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MEGABYTES },
    })
    const finish = (mail: ParsedMail) => {
      clearTimeout(timer)
      // A thread that is stopped has nothing to lose.
      thread.terminate().catch(() => {})
      resolve(mail)
    }
    const giveUp = () => finish(unreadableMail(sha256(raw), 'it takes too long to read'))
    const timer = setTimeout(giveUp, PATIENCE_MILLISECONDS)
    thread.once('message', finish)
    thread.once('error', giveUp)
    thread.once('exit', giveUp)
  })
}
