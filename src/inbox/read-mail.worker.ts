import { parentPort, workerData } from 'node:worker_threads'
import { readMail } from './read-mail.ts'

/** The thread of `readAside`: one mail, one answer. */
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(await readMail(workerData as Uint8Array))
