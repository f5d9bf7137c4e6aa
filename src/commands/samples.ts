import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { typstRenderer } from '#src/gateways/documents/typst-renderer.ts'
import { renderSamples } from '#src/invoicing/pdf/samples/render-samples.ts'
import { AppError } from '#src/kernel/errors.ts'
import { printJson, printLine } from './output.ts'

/**
 * `samples DIR`: documents of every kind into a folder, as PDF, page and e-invoice.
 * @throws invalid_input when the folder cannot be written.
 */
export async function samples(folder: string, options: { json?: boolean }): Promise<void> {
  const renderer = typstRenderer()
  try {
    const files = await renderSamples(renderer)
    try {
      mkdirSync(folder, { recursive: true })
      for (const [name, content] of files) writeFileSync(join(folder, name), content)
    } catch (error) {
      throw new AppError('invalid_input', `${folder}: cannot be written`, { cause: error })
    }
    const paths = [...files.keys()].map((name) => join(folder, name))
    if (options.json) printJson({ files: paths })
    else for (const path of paths) printLine(path)
  } finally {
    await renderer.close()
  }
}
