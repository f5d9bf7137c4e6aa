import type { DocumentSource } from './renderer.ts'

/** What goes over to the child process. */
export interface RenderRequest extends Omit<DocumentSource, 'createdAt'> {
  readonly id: number
  readonly createdAtSeconds: number
}

/** What comes back: the document, or why the source cannot be set. `memoryBytes` is what the child takes by now. */
export type RenderReply = {
  readonly id: number
  readonly memoryBytes: number
} & (
  | { readonly status: 'done'; readonly pdf: Uint8Array }
  | { readonly status: 'failed'; readonly reason: string }
)
