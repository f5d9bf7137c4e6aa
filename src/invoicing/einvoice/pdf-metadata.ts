import { AppError } from '#src/kernel/errors.ts'

/** Additions to a document's XMP, in ASCII. */
interface MetadataAdditions {
  /** A whole `rdf:Description`. */
  readonly description: string
  /** An entry of `pdfaExtension:schemas`, which PDF/A asks for with properties that are not its own. */
  readonly schema: string
}

/** The metadata as Typst writes it: a stream of its own that nothing compresses. */
const METADATA =
  /\n\d+ 0 obj\n<<\n {2}\/Length (?<length>\d+)\n {2}\/Type \/Metadata\n {2}\/Subtype \/XML\n>>\nstream\n/
const CROSS_REFERENCE = /(?<=\n)(\d{10})(?= \d{5} n\r?\n)/g
const END = /\nstartxref\n(?<at>\d+)\n%%EOF\s*$/

/**
 * Writes additions into a finished PDF of Typst's: what stands behind them moves, so the table of offsets is corrected.
 * Typst itself has no way to say them.
 * @throws internal when the file is not made as expected, after a change of the compiler.
 */
export function extendMetadata(pdf: Uint8Array, additions: MetadataAdditions): Uint8Array {
  // One byte is one character: offsets in the text are offsets in the file.
  const text = Buffer.from(pdf).toString('latin1')
  const found = METADATA.exec(text)
  const end = END.exec(text)?.groups
  if (!found || !end) throw unexpected('its metadata or its end is not found')
  const from = found.index + found[0].length
  const old = text.slice(from, from + Number(found.groups?.['length']))
  const xmp = old
    .replace(/(?=<\/rdf:Bag><\/pdfaExtension:schemas>)/, additions.schema)
    .replace(/(?=<\/rdf:RDF>)/, additions.description)
  const stream = found[0].replace(/(?<=\/Length )\d+/, String(xmp.length)) + xmp
  const moved = stream.length - found[0].length - old.length
  if (moved !== additions.schema.length + additions.description.length + digitsGrown(old, xmp))
    throw unexpected('its metadata has other schemas')
  const head = text.slice(0, found.index)
  const tail = text.slice(from + old.length)
  const table = Number(end['at'])
  const after = (offset: number) => (offset < from ? offset : offset + moved)
  const placed = tail
    .slice(table - from - old.length)
    .replace(CROSS_REFERENCE, (offset) => String(after(Number(offset))).padStart(10, '0'))
    .replace(END, `\nstartxref\n${after(table)}\n%%EOF`)
  return Buffer.from(head + stream + tail.slice(0, table - from - old.length) + placed, 'latin1')
}

function digitsGrown(old: string, xmp: string): number {
  return String(xmp.length).length - String(old.length).length
}

function unexpected(what: string): AppError {
  return new AppError('internal', `the PDF is not written as expected: ${what}`)
}
