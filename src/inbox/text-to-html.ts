import { brandColors } from '#src/tenancy/brand-colors.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
}

/** Links stay visible as what they are: the text of an anchor is its own address. */
function linkUp(line: string): string {
  return line
    .split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/)
    .map((part, index) =>
      index % 2 === 1 ? `<a href="${escapeHtml(part)}">${escapeHtml(part)}</a>` : escapeHtml(part),
    )
    .join('')
}

/** Scripts that are written from right to left, by their languages. */
const FROM_THE_RIGHT = new Set(['ar', 'he', 'fa', 'ur', 'yi', 'ps', 'sd', 'ug', 'dv', 'ckb'])
const RIGHT_TO_LEFT_LETTER = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/g
const KANA = /[\u3040-\u30FF]/

/** Language and direction of a text: those of its receiver, unless its own letters say otherwise. */
function languageOf(text: string, locale: string): { lang: string; dir: 'ltr' | 'rtl' } {
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  const fromTheRight = (text.match(RIGHT_TO_LEFT_LETTER)?.length ?? 0) * 2 > letters
  const language = locale.split('-', 1)[0]?.toLowerCase() ?? 'en'
  if (fromTheRight) return { lang: FROM_THE_RIGHT.has(language) ? locale : 'ar', dir: 'rtl' }
  if (KANA.test(text)) return { lang: 'ja', dir: 'ltr' }
  return { lang: FROM_THE_RIGHT.has(language) ? 'en' : locale, dir: 'ltr' }
}

/**
 * The HTML alternative of a plain text mail: paragraphs, line breaks and links under the sender's name in its colour, no
 * remote content. Language and direction are told, for screen readers and for Arabic.
 */
export function textToHtml(
  text: string,
  sender: { readonly name: string; readonly brandColor: string },
  locale = 'en',
): string {
  const { lang, dir } = languageOf(text, locale)
  const { area, text: ink } = brandColors(sender.brandColor)
  const paragraphs = text
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.split('\n').map(linkUp).join('<br>\n')}</p>`)
  return `<!doctype html>
<html lang="${escapeHtml(lang)}" dir="${dir}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head><body style="font-family:sans-serif;font-size:15px;line-height:1.5;color:#1c1c1c;background-color:#ffffff;max-width:40em;margin:0 auto;padding:12px;direction:${dir};text-align:start">
<div style="border-top:4px solid ${area};padding:14px 0 4px;font-size:17px;font-weight:600;color:${ink}"><bdi>${escapeHtml(sender.name)}</bdi></div>
${paragraphs.join('\n')}
</body></html>`
}
