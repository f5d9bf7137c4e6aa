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

/**
 * The HTML alternative of a plain text mail: paragraphs, line breaks and links under the sender's name in its colour, no
 * remote content.
 */
export function textToHtml(
  text: string,
  sender: { readonly name: string; readonly brandColor: string },
): string {
  const { area, text: ink } = brandColors(sender.brandColor)
  const paragraphs = text
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.split('\n').map(linkUp).join('<br>\n')}</p>`)
  return `<!doctype html>
<html><body style="font-family:sans-serif;font-size:15px;line-height:1.5;color:#1c1c1c;max-width:40em" dir="auto">
<div style="border-top:4px solid ${area};padding:14px 0 4px;font-size:17px;font-weight:600;color:${ink}" dir="auto">${escapeHtml(sender.name)}</div>
${paragraphs.join('\n')}
</body></html>`
}
