import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { FONT_FAMILIES, readFonts } from './fonts.ts'
import type { RenderReply, RenderRequest } from './typst-messages.ts'

// The process that holds the compiler. It lives for some hundred documents: the compiler keeps about a megabyte a page.

/** No file is read from it: everything the compiler sees is handed over in memory. */
const WORKSPACE = '/tollkeeper'

/** Stands for a character no font of ours has (emoji, say): PDF/A allows no missing glyphs. */
const STAND_IN = '\u25a1'

const compiler = NodeCompiler.create({
  workspace: WORKSPACE,
  fontArgs: [{ fontBlobs: readFonts() }],
})

const EVICT_EVERY = 16
let answered = 0

const PREAMBLE = [
  `#set text(font: (${FONT_FAMILIES.map((name) => JSON.stringify(name)).join(', ')}), fallback: false)`,
  '#for file in json(bytes(sys.inputs.attachments)) {',
  '  pdf.attach("/" + file.name, relationship: file.relationship, mime-type: file.mime,',
  '    description: file.name)',
  '}',
  '',
].join('\n')

type Outcome = { pdf: Uint8Array } | { reason: string }

function compile(request: RenderRequest, data: string): Outcome {
  const attachments = request.attachments.map(({ name, mime, relationship }) => ({
    name,
    mime,
    relationship,
  }))
  const result = compiler.compile({
    mainFileContent: PREAMBLE + request.template,
    inputs: { data, attachments: JSON.stringify(attachments) },
  })
  const failure = result.takeError()
  const document = result.result
  if (failure || !document)
    return { reason: JSON.stringify(failure?.shortDiagnostics ?? 'no document') }
  return {
    pdf: compiler.pdf(document, {
      pdfStandard: 'a-3b',
      creationTimestamp: request.createdAtSeconds,
    }),
  }
}

/** The characters an export complained about: `the text "\"日\"" could not be displayed with font …`. */
function undisplayable(message: string): string[] {
  return [...message.matchAll(/the text `\\?"(.+?)\\?"` could not be displayed/gsu)].map(
    ([, text = '']) =>
      text.replace(/\\+u\{([0-9a-f]+)\}/g, (_, hex: string) =>
        String.fromCodePoint(Number.parseInt(hex, 16)),
      ),
  )
}

/** Broken surrogates and control characters have no glyph and no meaning on a page. */
function printable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed().replace(/[^\P{Cc}\n]/gu, ' ') : value
}

function render(request: RenderRequest): Outcome {
  let data = JSON.stringify(request.data, printable)
  for (;;) {
    try {
      return compile(request, data)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const before = data
      for (const text of undisplayable(message)) data = data.replaceAll(text, STAND_IN)
      // Nothing was replaced: it is something else.
      if (data === before) return { reason: message }
    }
  }
}

function answer(request: RenderRequest): RenderReply {
  const files = [...request.files, ...request.attachments]
  for (const { name, content } of files)
    compiler.mapShadow(`${WORKSPACE}/${name}`, Buffer.from(content))
  const outcome = render(request)
  compiler.resetShadow()
  answered += 1
  // What the last documents did not use. It costs half a document, whatever there is to evict.
  if (answered % EVICT_EVERY === 0) compiler.evictCache(1)
  const memoryBytes = process.memoryUsage.rss()
  return 'pdf' in outcome
    ? { id: request.id, memoryBytes, status: 'done', pdf: outcome.pdf }
    : { id: request.id, memoryBytes, status: 'failed', reason: outcome.reason }
}

process.on('message', (request: RenderRequest) => process.send?.(answer(request)))
// The parent is gone, however it went.
process.on('disconnect', () => process.exit())
