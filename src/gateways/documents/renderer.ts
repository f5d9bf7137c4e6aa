import type { Instant } from '#src/kernel/time.ts'

/** A file inside the PDF (PDF/A-3): the XML of an e-invoice, say. */
export interface DocumentAttachment {
  /** As readers list it: "factur-x.xml". Letters, digits, dot, dash and underscore. */
  readonly name: string
  readonly mime: string
  /** What it is to the page: the same content for machines (`alternative`), what it was made from (`source`), … */
  readonly relationship: 'source' | 'data' | 'alternative' | 'supplement'
  readonly content: string | Uint8Array
}

/** What a page is made of. The same source gives the same bytes. */
export interface DocumentSource {
  /** Typst source of ours. It reads `json(bytes(sys.inputs.data))`: what people wrote arrives as data, never as source. */
  readonly template: string
  /** Anything JSON carries. */
  readonly data: unknown
  /** Files the template reads by name: pictures. */
  readonly files: readonly { readonly name: string; readonly content: string | Uint8Array }[]
  readonly attachments: readonly DocumentAttachment[]
  /** The date inside the PDF. */
  readonly createdAt: Instant
}

/** Makes PDF/A-3b documents. */
export interface DocumentRenderer {
  /**
   * @throws refused when the source cannot be set (a broken picture); unavailable when the renderer failed twice or too
   *   many documents wait.
   */
  render(source: DocumentSource): Promise<Uint8Array>
  /** Ends its processes; documents under way and later ones are refused. */
  close(): Promise<void>
}
