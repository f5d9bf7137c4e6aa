import { fillLabel } from './language/languages.ts'
import type { InvoiceView } from './view.ts'

type Tax = InvoiceView['doc']['taxes'][number]

/** Taxes with a name of their own, by jurisdiction. */
const NAMES: Readonly<Record<string, string>> = {
  'ES-CN': 'IGIC',
  'ES-CE': 'IPSI',
  'ES-ML': 'IPSI',
  AU: 'GST',
  CA: 'GST',
  IN: 'GST',
  NZ: 'GST',
  SG: 'GST',
}

/** "VAT 19% (Germany) on €262.95": rate, base and who levies it. */
export function taxLabel({ labels, formats }: InvoiceView, tax: Tax): string {
  const { jurisdiction, rate, baseMinor } = tax
  const country = jurisdiction.slice(0, 2)
  const name =
    NAMES[jurisdiction] ??
    NAMES[country] ??
    (country === 'US' ? labels.salesTax : country === 'JP' ? labels.anyTax : labels.vat)
  const words = `${name} ${formats.percent(rate)}`
  // "default" and "exempt" are no places.
  if (!/^[A-Z]{2}(-|$)/.test(jurisdiction))
    return fillLabel(labels.taxOn.replace(' ({place})', ''), {
      tax: words,
      base: formats.money(baseMinor),
    })
  return fillLabel(labels.taxOn, {
    tax: words,
    place: formats.country(jurisdiction),
    base: formats.money(baseMinor),
  })
}
