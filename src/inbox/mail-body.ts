import type { Email } from 'postal-mime'
import { htmlToText } from './html-to-text.ts'
import { maskNumbers } from './mask.ts'
import { visibleText } from './visible-text.ts'

/** Above what the guard calls unreadable (200 kB), so that a cut text is still seen to be too long. */
const MAX_TEXT_CHARACTERS = 210_000

export interface MailBody {
  readonly text: string
  /** Characters before anything was cut. */
  readonly textLength: number
  readonly notes: readonly string[]
}

/**
 * What a reader sees of a mail: the plain part, or the words of the HTML where there is none, or where the HTML hides
 * some that the plain part may have taken over. Card numbers and the like are masked.
 */
export function mailBody(email: Email): MailBody {
  const plain = visibleText(email.text ?? '')
  const plainText = plain.text.trim()
  const html = email.html === undefined ? null : htmlToText(email.html)
  const hides = html !== null && html.hidden !== ''
  const seen = html === null ? plain : visibleText(html.text)
  const useHtml = plainText === '' || (hides && sharesWords(plainText, html.hidden))
  const chosen = (useHtml ? seen.text : plain.text).trim()
  return {
    text: maskNumbers(chosen.slice(0, MAX_TEXT_CHARACTERS)),
    textLength: chosen.length,
    notes: [
      ...(hides ? ['the HTML hid text from its reader: it was left out'] : []),
      ...new Set(useHtml ? seen.notes : plain.notes),
    ],
  }
}

const SAMPLE_CHARACTERS = 40

/** Whether the plain part carries what the HTML hides: then it was made of the HTML, hidden words and all. */
function sharesWords(plain: string, hidden: string): boolean {
  const bare = (text: string) => text.replaceAll(/\s+/g, '')
  const sought = bare(visibleText(hidden).text)
  return bare(plain).includes(sought.slice(0, SAMPLE_CHARACTERS))
}
