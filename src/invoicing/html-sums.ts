import { lineRows, type AlignedNumber, type LineRow } from './line-rows.ts'
import { html, type Markup } from './markup.ts'
import { taxLabel } from './tax-words.ts'
import type { InvoiceView } from './view.ts'

export function lineTable(view: InvoiceView): Markup {
  const { labels } = view
  return html`<table class="lines">
    <thead>
      <tr>
        <th scope="col">${labels.description}</th>
        <th scope="col" class="n">${labels.quantity}</th>
        <th scope="col" class="n">${labels.unitPrice}</th>
        <th scope="col" class="n">${labels.amount}</th>
      </tr>
    </thead>
    <tbody>
      ${lineRows(view).map((row) => tableRow(view, row))}
    </tbody>
  </table>`
}

function tableRow({ labels }: InvoiceView, row: LineRow): Markup {
  if (row.kind === 'group')
    return html`<tr class="group">
      <th scope="rowgroup" colspan="3">${row.title}</th>
      <td class="n">${row.amount}</td>
    </tr>`
  return html`<tr${row.kind === 'inner' && html` class="inner"`}>
    <td>${row.title}${row.note !== '' && html`<span class="note">${row.note}</span>`}</td>
    ${numberCell(labels.quantity, row.quantity)} ${numberCell(labels.unitPrice, row.unitPrice)}
    <td class="n">${row.amount}</td>
  </tr>`
}

/** The label stands before the number where the columns have no heads: on a phone. */
function numberCell(label: string, number: AlignedNumber | null): Markup {
  if (number === null) return html`<td></td>`
  return html`<td class="n" data-label="${label}">${aligned(number)}</td>`
}

function aligned({ lead, pad, tail }: AlignedNumber): Markup {
  return html`${lead}${tail}${pad !== '' && html`<span class="pad" data-pad="${pad}"></span>`}`
}

export function sums(view: InvoiceView): Markup {
  const { doc, labels, formats } = view
  const row = (label: string, amountMinor: bigint, note: string | null = null) =>
    html`<tr>
      <th scope="row">${label}${note !== null && html`<span class="note">${note}</span>`}</th>
      <td class="n">${formats.money(amountMinor)}</td>
    </tr>`
  const settled = doc.status !== 'draft' && doc.status !== 'void'
  return html`<table class="sums">
    <tbody>
      ${row(labels.subtotal, doc.subtotalMinor)}
      ${doc.taxes.map((tax) => row(taxLabel(view, tax), tax.amountMinor, tax.note))}
      <tr class="total">
        <th scope="row">${labels.total}</th>
        <td class="n">${formats.money(doc.totalMinor)}</td>
      </tr>
      ${settled && doc.paidMinor > 0n && row(labels.paid, -doc.paidMinor)}
      ${
        settled &&
        doc.creditNotes.map(({ number, totalMinor }) =>
          row(`${labels.creditNote} ${number}`, -totalMinor),
        )
      }
      ${
        settled &&
        html`<tr class="due">
          <th scope="row">${labels.amountDue}</th>
          <td class="n">${formats.money(doc.openMinor)}</td>
        </tr>`
      }
    </tbody>
  </table>`
}
