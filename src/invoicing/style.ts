import { readFileSync } from 'node:fs'
import { brandColors } from '#src/tenancy/brand-colors.ts'
import { html, type Markup } from './markup.ts'

/** A4 on paper, readable on a phone and in the dark; nothing is loaded from elsewhere. */
const PAGE_STYLE: Markup = { markup: readFileSync(new URL('./page.css', import.meta.url), 'utf8') }

/** The page's look in the organisation's colours; `brandColor` is #rrggbb. */
export function invoiceStyle(brandColor: string): Markup {
  const { area, onArea, text, textOnDark } = brandColors(brandColor)
  const light = `--brand: ${area}; --on-brand: ${onArea}; --brand-text: ${text};`
  const dark = `:root { --brand-text: ${textOnDark}; }`
  return html`<style>
    :root { ${light} }
    @media screen and (prefers-color-scheme: dark) { ${dark} }
    ${PAGE_STYLE}
  </style>`
}
