/** How subjects of absence notes and automatic answers begin, where a server sets no header that says so. */
const AWAY = [
  // English
  'automatic reply',
  'auto(?:matic)?[- ]?(?:reply|response)',
  'out of (?:the )?office',
  'i am (?:currently )?(?:away|out of)',
  'on (?:vacation|holiday|leave)',
  // German
  'automatische (?:antwort|abwesenheit)',
  'abwesenheits?(?:notiz|nachricht|assistent|meldung|agent|hinweis)?',
  'abwesend',
  // French
  'réponse automatique',
  'absence (?:du bureau|temporaire)',
  'absent(?:e)? du bureau',
  // Spanish, Portuguese
  'respuesta autom[áa]tica',
  'fuera de (?:la )?oficina',
  'resposta autom[áa]tica',
  'fora do escrit[óo]rio',
  'aus[êe]ncia tempor[áa]ria',
  // Italian
  'risposta automatica',
  'fuori (?:sede|ufficio)',
  // Dutch
  'automatisch antwoord',
  'afwezig(?:heid)?',
  // Polish, Czech
  'odpowied[źz] automatyczna',
  'automatyczna odpowied[źz]',
  'nieobecno[śs][ćc] w biurze',
  'automatick[áa] odpov[ěe][ďd]',
  // Scandinavian, Finnish
  'autosvar',
  'automatisk svar',
  'frånvaro',
  'automaattinen vastaus',
  // Japanese, Chinese, Korean
  '自動(?:応答|返信|回覆|回复)',
  '不在(?:通知|のお知らせ|のため)',
  '自动(?:回复|答复)',
  '자동 ?회신',
  '부재 ?중',
  // Arabic, Russian, Turkish
  'رد تلقائي',
  'الرد التلقائي',
  'автоматический ответ',
  'автоответ',
  'otomatik yanıt',
].join('|')
const AWAY_SUBJECT = new RegExp(
  String.raw`^\s*(?:\[[^\]]{1,40}\]\s*)?(?:${AWAY})(?=\s*[:：\-–—(!.,]|\s*$|\s+(?:re|aw|sv|until|bis|jusqu|hasta|fino|tot|do|до)\b)`,
  'iu',
)

/** Whether a subject is that of an automatic answer, in its own words. An answer to one ("Re: …") is a person's. */
export function isAwaySubject(subject: string): boolean {
  return AWAY_SUBJECT.test(subject.slice(0, 300).normalize('NFC'))
}
