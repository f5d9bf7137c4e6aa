/** Longest head and longest tail of a mail the rules read: an instruction likes the very end. */
const HEAD_CHARS = 16_000
const TAIL_CHARS = 6_000

export interface MailParts {
  /** What the customer wrote: their wants count here. */
  readonly own: string
  /** What they quoted or forwarded: only instructions to the system count here. */
  readonly quoted: string
}

/**
 * Separates a mail's own text from the thread below it. `>` lines are quoted wherever they
 * stand; after an attribution line without them (Outlook), everything that follows is.
 */
export function splitMail(text: string): MailParts {
  const lines = bounded(text).split(/\r\n|\r|\n/u)
  const own: string[] = []
  const quoted: string[] = []
  let inThread = false
  for (const [at, line] of lines.entries()) {
    if (/^\s*>/u.test(line)) quoted.push(line.replace(/^[\s>]+/u, ''))
    else if (inThread) quoted.push(line)
    else if (isAttribution(lines, at)) {
      quoted.push(line)
      inThread = !lines.slice(at + 1).some((later) => /^\s*>/u.test(later))
    } else own.push(line)
  }
  return { own: own.join('\n'), quoted: quoted.join('\n') }
}

/** The middle of an endless text is left out, never its beginning or its end. */
export function bounded(text: string): string {
  if (text.length <= HEAD_CHARS + TAIL_CHARS) return text
  return `${text.slice(0, HEAD_CHARS)}\n\n${text.slice(-TAIL_CHARS)}`
}

const WROTE =
  /^\s*(?:on|am|le|el|il|op|em|dnia|w dniu|den)\b.{4,200}(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|napisał\(?a?\)?|escreveu|skrev)\b.{0,80}:?\s*$/iu
const DIVIDER =
  /^\s*[-_*]{2,}\s*(?:original message|forwarded message|begin forwarded|ursprüngliche nachricht|weitergeleitete nachricht|message d'origine|message transféré|mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|oorspronkelijk bericht|doorgestuurd bericht|wiadomość oryginalna|mensagem original)/iu
const HEADER = /^\s*\*?(?:from|von|de|da|van|od|från)\s?:\*?\s+\S/iu
const SECOND_HEADER =
  /^\s*\*?(?:sent|date|gesendet|datum|envoyé|enviado|fecha|inviato|data|verzonden|wysłano|to|an|subject|betreff)\s?:/iu

function isAttribution(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? ''
  if (line.length > 300) return false
  if (DIVIDER.test(line) || WROTE.test(line)) return true
  if (WROTE.test(`${line} ${lines[at + 1] ?? ''}`)) return true
  return HEADER.test(line) && SECOND_HEADER.test(lines[at + 1] ?? '')
}
