import { parentPort, workerData } from 'node:worker_threads'
import { readMail } from './read-mail.ts'

/** The thread of `readAside`: one mail, one answer. */
parentPort?.postMessage(await readMail(workerData as Uint8Array))
