import { extractText, getDocumentProxy } from 'unpdf'
import { afterEach, describe, expect, it } from 'vitest'
import { parseInstant } from '#src/kernel/time.ts'
import type { DocumentRenderer, DocumentSource } from './renderer.ts'
import { typstRenderer, type TypstOptions } from './typst-renderer.ts'

const open: DocumentRenderer[] = []

/** A renderer that ends with the test, and the children it started. */
function start(options: TypstOptions = {}): { renderer: DocumentRenderer; pids: number[] } {
  const pids: number[] = []
  const renderer = typstRenderer({
    ...options,
    onStart: (pid) => {
      if (pid !== undefined) pids.push(pid)
      options.onStart?.(pid)
    },
  })
  open.push(renderer)
  return { renderer, pids }
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((renderer) => renderer.close()))
})

function source(changes: Partial<DocumentSource> = {}): DocumentSource {
  return {
    template: '#let d = json(bytes(sys.inputs.data))\n#d.text',
    data: { text: 'Hello' },
    files: [],
    attachments: [],
    createdAt: parseInstant('2026-03-01T12:00:00Z'),
    ...changes,
  }
}

async function textOf(pdf: Uint8Array): Promise<string> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), {
    mergePages: true,
  })
  return text
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('the document renderer', () => {
  it('starts nothing before the first document and leaves nothing behind', async () => {
    const { renderer, pids } = start()
    expect(pids).toEqual([])
    expect(await textOf(await renderer.render(source()))).toBe('Hello')
    expect(pids.map(isAlive)).toEqual([true])
    await renderer.close()
    expect(pids.map(isAlive)).toEqual([false])
    await expect(renderer.render(source())).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('gives the same bytes for the same source, from another process too', async () => {
    const [a, b] = [start().renderer, start().renderer]
    const first = await a.render(source())
    await a.render(source({ data: { text: 'something else' } }))
    expect(await a.render(source())).toEqual(first)
    expect(await b.render(source())).toEqual(first)
    expect(await b.render(source({ createdAt: parseInstant('2026-03-02T12:00:00Z') }))).not.toEqual(
      first,
    )
  })

  it('shows data as they are: nothing in them is markup', async () => {
    const { renderer } = start()
    const text = '#panic("x") *bold* $x$ \\u{41} `raw` <label> @ref = head // rest #sys.inputs'
    expect(await textOf(await renderer.render(source({ data: { text } })))).toBe(text)
  })

  it('stands in for characters no font has, and for control characters', async () => {
    const { renderer } = start()
    const text = 'Party 🎉🎉 \u0007\ud800 株式会社 한국'
    const shown = await textOf(await renderer.render(source({ data: { text } })))
    expect(shown).toContain('□□')
    expect(shown).toContain('株式会社 한국')
  })

  it('puts files into the PDF, with their relationship', async () => {
    const { renderer } = start()
    const content = '<invoice/>'
    const pdf = await renderer.render(
      source({
        attachments: [
          { name: 'factur-x.xml', mime: 'text/xml', relationship: 'alternative', content },
        ],
      }),
    )
    const raw = Buffer.from(pdf).toString('latin1')
    expect(raw).toMatch(/\/AFRelationship\s*\/Alternative/)
    expect(raw).toMatch(/pdfaid:part>3<[\s\S]*pdfaid:conformance>B</)
    const document = await getDocumentProxy(new Uint8Array(pdf))
    expect([...((await document.getAttachments())?.keys() ?? [])]).toEqual(['factur-x.xml'])
    const embedded = await document.getAttachmentContent('factur-x.xml')
    expect(Buffer.from(embedded ?? []).toString()).toBe(content)
    const plain = await renderer.render(source())
    expect(Buffer.from(plain).toString('latin1')).not.toContain('/AFRelationship')
  })

  it('refuses a source that cannot be set, once and with the reason', async () => {
    const { renderer, pids } = start()
    const broken = source({ template: '#image("/logo.png")', files: [] })
    await expect(renderer.render(broken)).rejects.toMatchObject({ code: 'refused' })
    const outside = source({ template: '#read("/etc/passwd")' })
    await expect(renderer.render(outside)).rejects.toMatchObject({ code: 'refused' })
    const name = source({ files: [{ name: '../x.png', content: '' }] })
    await expect(renderer.render(name)).rejects.toMatchObject({ code: 'invalid_input' })
    expect(pids).toHaveLength(1)
  })

  it('tries a document again when the child dies under it, and says so when it dies again', async () => {
    let deaths = 1
    const onStart = (pid: number | undefined) => {
      if (pid === undefined || deaths === 0) return
      deaths -= 1
      process.kill(pid, 'SIGKILL')
    }
    const { renderer, pids } = start({ onStart })
    expect(await textOf(await renderer.render(source()))).toBe('Hello')
    expect(pids).toHaveLength(2)

    deaths = 2
    const { renderer: unlucky } = start({ onStart })
    await expect(unlucky.render(source())).rejects.toMatchObject({ code: 'unavailable' })
    expect(await textOf(await unlucky.render(source()))).toBe('Hello')
  })

  it('replaces a child after its documents, or when it grew too large', async () => {
    const { renderer, pids } = start({ documentsPerProcess: 2 })
    for (const _time of [1, 2, 3, 4, 5]) await renderer.render(source())
    expect(pids).toHaveLength(3)
    expect(pids.filter(isAlive)).toHaveLength(1)
    const hungry = start({ memoryBytesPerProcess: 1 })
    for (const _time of [1, 2]) await hungry.renderer.render(source())
    expect(hungry.pids).toHaveLength(2)
  })

  it('shares the work among its children and refuses what nobody can wait for', async () => {
    const { renderer, pids } = start({ processes: 2, maxWaiting: 4 })
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        renderer.render(source({ data: { text: `n${index}` } })),
      ),
    )
    expect(pids).toHaveLength(2)
    expect(all.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 6 }, () => 'fulfilled'),
      'rejected',
      'rejected',
    ])
    const texts = all
      .filter((outcome) => outcome.status === 'fulfilled')
      .map(({ value }) => textOf(value))
    expect(await Promise.all(texts)).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5'])
  })
})
