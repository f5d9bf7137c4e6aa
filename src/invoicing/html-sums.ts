import { html, type Markup } from './markup.ts'
import type { InvoiceView } from './view.ts'

type Line = InvoiceView['doc']['lines'][number]
type Tax = InvoiceView['doc']['taxes'][number]

export function lineTable(view: InvoiceView): Markup {
  const { doc, labels } = view
  return html`<table>
    <thead>
      <tr>
        <th>${labels.description}</th>
        <th class="n">${labels.quantity}</th>
        <th class="n">${labels.unitPrice}</th>
        <th class="n">${labels.amount}</th>
      </tr>
    </thead>
    <tbody>
      ${doc.lines.map((line) => lineRow(view, line))}
    </tbody>
  </table>`
}

function lineRow({ doc, formats }: InvoiceView, line: Line): Markup {
  const whole = line.period.start.equals(doc.periodStart) && line.period.end.equals(doc.periodEnd)
  return html`<tr>
    <td>
      ${line.description}${!whole && html`<span class="note">${formats.days(line.period)}</span>`}
    </td>
    <td class="n">${formats.quantity(line.quantity)}</td>
    <td class="n">${line.unitPrice === null ? '' : formats.unitPrice(line.unitPrice)}</td>
    <td class="n">${formats.money(line.amountMinor)}</td>
  </tr>`
}

export function sums(view: InvoiceView): Markup {
  const { doc, labels, formats } = view
  const row = (label: string, amountMinor: bigint) =>
    html`<tr>
      <td>${label}</td>
      <td class="n">${formats.money(amountMinor)}</td>
    </tr>`
  return html`<table class="sums">
    ${row(labels.subtotal, doc.subtotalMinor)} ${doc.taxes.map((tax) => taxRow(view, tax))}
    <tr class="total">
      <td>${labels.total}</td>
      <td class="n">${formats.money(doc.totalMinor)}</td>
    </tr>
    ${doc.paidMinor > 0n && row(labels.paid, -doc.paidMinor)}
    ${doc.creditNotes.map(({ number, totalMinor }) =>
      row(`${labels.creditNote} ${number}`, -totalMinor),
    )}
    ${
      doc.status !== 'draft' &&
      html`<tr class="due">
        <td>${labels.amountDue}</td>
        <td class="n">${formats.money(doc.openMinor)}</td>
      </tr>`
    }
  </table>`
}

function taxRow(
  { labels, formats }: InvoiceView,
  { jurisdiction, rate, baseMinor, amountMinor, note }: Tax,
): Markup {
  const name = jurisdiction.startsWith('US') ? labels.salesTax : labels.vat
  const label =
    rate === 0n ? `${labels.noTax} ${formats.percent(rate)}` : `${name} ${formats.percent(rate)}`
  return html`<tr>
    <td>
      ${label} · ${formats.money(baseMinor)} ·
      ${jurisdiction}${note !== null && html`<span class="note">${note}</span>`}
    </td>
    <td class="n">${formats.money(amountMinor)}</td>
  </tr>`
}
