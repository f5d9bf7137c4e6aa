import { AppError } from '#src/kernel/errors.ts'
import type { DocumentRenderer, DocumentSource } from './renderer.ts'
import type { RenderReply } from './typst-messages.ts'
import { ChildFailure, startTypstProcess, type TypstProcess } from './typst-process.ts'

export interface TypstOptions {
  /** Child processes at most; a second one starts only while the first is busy. */
  readonly processes?: number
  /** A child is replaced after this many documents, */
  readonly documentsPerProcess?: number
  /** or as soon as it holds this much. */
  readonly memoryBytesPerProcess?: number
  /** Documents that may wait; beyond, `render` refuses. */
  readonly maxWaiting?: number
  /** Told of every child that starts. */
  readonly onStart?: (pid: number | undefined) => void
}

const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/
/** A child that fails on a document gets one successor to try it again. */
const TRIES = 2

interface Worker {
  process: TypstProcess | null
  documents: number
}

/** Typst behind a `DocumentRenderer`, in child processes that start with the first document and are recycled. */
export function typstRenderer(options: TypstOptions = {}): DocumentRenderer {
  const {
    processes = 1,
    documentsPerProcess = 500,
    memoryBytesPerProcess = 700 * 1024 * 1024,
    maxWaiting = 1000,
    onStart = () => {},
  } = options
  const idle: Worker[] = Array.from({ length: processes }, () => ({ process: null, documents: 0 }))
  const busy = new Set<Worker>()
  const waiting: ((worker: Worker) => void)[] = []
  let lastId = 0
  let closed = false

  /** A started worker if one is free, else one that will start; else the caller queues up. */
  const take = async (): Promise<Worker> => {
    const started = idle.findIndex(({ process }) => process !== null)
    const [worker] = idle.splice(Math.max(started, 0), 1)
    if (worker) return worker
    if (waiting.length >= maxWaiting)
      throw new AppError('unavailable', 'too many documents are waiting to be rendered')
    return new Promise((resolve) => waiting.push(resolve))
  }
  const giveBack = (worker: Worker) => {
    const next = waiting.shift()
    if (next) return next(worker)
    busy.delete(worker)
    idle.push(worker)
  }
  const stop = async (worker: Worker) => {
    const { process } = worker
    worker.process = null
    worker.documents = 0
    await process?.end()
  }
  const attempt = async (worker: Worker, source: DocumentSource): Promise<RenderReply> => {
    if (closed) throw new AppError('unavailable', 'the document renderer is closed')
    if (worker.process === null) {
      worker.process = startTypstProcess()
      onStart(worker.process.pid)
    }
    worker.documents += 1
    lastId += 1
    const { createdAt, ...rest } = source
    const createdAtSeconds = Math.floor(createdAt.epochMilliseconds / 1000)
    try {
      const reply = await worker.process.render({ ...rest, id: lastId, createdAtSeconds })
      if (worker.documents >= documentsPerProcess || reply.memoryBytes > memoryBytesPerProcess)
        await stop(worker)
      return reply
    } catch (error) {
      await stop(worker)
      throw error
    }
  }
  return {
    render: async (source) => {
      for (const { name } of [...source.files, ...source.attachments])
        if (!FILE_NAME.test(name))
          throw new AppError('invalid_input', `"${name}" cannot be the name of a file in a PDF`)
      const worker = await take()
      busy.add(worker)
      try {
        return pdfOf(await twice((): Promise<RenderReply> => attempt(worker, source)))
      } finally {
        giveBack(worker)
      }
    },
    close: async () => {
      closed = true
      await Promise.all([...idle, ...busy].map(stop))
    },
  }
}

function pdfOf(reply: RenderReply): Uint8Array {
  if (reply.status === 'failed')
    throw new AppError('refused', `the document cannot be set: ${reply.reason.slice(0, 1000)}`)
  return reply.pdf
}

async function twice<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ChildFailure)) throw error
      if (tries === TRIES)
        throw new AppError('unavailable', `the document renderer failed: ${error.message}`, {
          cause: error,
        })
    }
  }
}
