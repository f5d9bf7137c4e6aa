import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { calculatorTax } from '#src/invoicing/tax/calculator-tax.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { formatMinor } from '#src/kernel/money.ts'
import { calculate } from '#src/pricing/calculator.ts'

const docs = join(import.meta.dirname, '../../docs')
const page = readFileSync(join(docs, 'pricing.md'), 'utf8')

/** Rows of the page's table: name, lines, tax and total as they stand there. */
const rows = [
  ...page.matchAll(
    /^\| \[([a-z-]+)\]\(pricing\/\1\.yaml\) +\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$/gm,
  ),
].map(
  ([, name = '', , lines = '', tax = '', total = '']) =>
    [name, { lines: lines.trim(), tax: tax.trim(), total: total.trim() }] as const,
)

describe('the samples of docs/pricing.md', () => {
  test('are all on the page', () => {
    const files = readdirSync(join(docs, 'pricing')).filter((file) => file.endsWith('.yaml'))
    expect(rows.map(([name]) => `${name}.yaml`).sort()).toEqual(files.sort())
  })

  test.each(rows)('%s comes to the figures on the page', (name, figures) => {
    const [pricing, usage] = ['yaml', 'usage.json'].map((ending) =>
      readFileSync(join(docs, 'pricing', `${name}.${ending}`), 'utf8'),
    )
    const result = calculate(pricing ?? '', usage ?? '', calculatorTax)
    const currency = parseCurrency(result.currency)
    const money = (minor: string | bigint) => formatMinor(BigInt(minor), currency)
    const tax = result.tax.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n)
    expect({
      lines: result.lines.map(({ amountMinor }) => money(amountMinor)).join(', '),
      tax: money(tax),
      total: `${currency} ${money(result.totalMinor)}`,
    }).toEqual(figures)
  })

  test('run as the page says', () => {
    const [, command = ''] = /^npm run -s tollkeeper -- (rate .*)$/m.exec(page) ?? []
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, '../cli.ts'), ...command.split(' ')],
      { cwd: join(docs, '..'), encoding: 'utf8', env: { PATH: process.env['PATH'] } },
    )
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ subtotalMinor: '28000', totalMinor: '28000' })
  })
})
