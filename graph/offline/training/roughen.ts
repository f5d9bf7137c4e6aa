import { sha256 } from '#src/kernel/canonical.ts'
import type { Sample } from './corpus.ts'
import { seededRandom, type Random } from '#src/kernel/random.ts'

/** The same want as people send it: between a greeting and a name, or in a hurry with letters lost. */
export function roughen(sample: Sample): Sample {
  const random = seededRandom(Number.parseInt(sha256(sample.text).slice(0, 8), 16))
  if (random.next() < 0.5) {
    return {
      ...sample,
      text: `${random.pick(OPENINGS)}\n\n${sample.text}\n\n${random.pick(CLOSINGS)}`,
    }
  }
  let text = sample.text.toLowerCase().replace(/[?.,!']/gu, '')
  for (let slips = text.split(' ').length; slips > 0; slips -= WORDS_A_SLIP)
    text = withSlip(text, random)
  return { ...sample, text }
}

const WORDS_A_SLIP = 6

/** One letter left out, doubled or swapped with its neighbour. */
function withSlip(text: string, random: Random): string {
  const at = 1 + random.between(0, Math.max(0, text.length - 3))
  const kind = random.next()
  if (kind < 0.33) return text.slice(0, at) + text.slice(at + 1)
  if (kind < 0.66) return text.slice(0, at) + (text[at] ?? '') + text.slice(at)
  return text.slice(0, at) + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2)
}

const OPENINGS = [
  'Hi,',
  'Hello team,',
  'Dear Sir or Madam,',
  'Good morning,',
  'Hey there',
  'Hallo,',
  'Sehr geehrte Damen und Herren,',
  'Guten Tag,',
  'Bonjour,',
  'Madame, Monsieur,',
  'Hola,',
  'Buenos días:',
  'Buongiorno,',
  'Gentile servizio clienti,',
  'Bom dia,',
  'Olá,',
  'Beste,',
  'Geachte heer, mevrouw,',
  'Dzień dobry,',
  'Szanowni Państwo,',
  'お世話になっております。',
  'ご担当者様',
  'السلام عليكم',
  'مرحبا،',
]
const CLOSINGS = [
  'Thanks',
  'Kind regards\nAnna',
  'Best, Tom',
  'Many thanks in advance',
  'Cheers',
  'Mit freundlichen Grüßen\nJonas',
  'Viele Grüße',
  'Cordialement,\nLuc',
  'Merci d’avance',
  'Saludos cordiales,\nMarta',
  'Gracias',
  'Cordiali saluti\nPaolo',
  'Grazie',
  'Atenciosamente,\nRita',
  'Obrigado',
  'Met vriendelijke groet,\nSanne',
  'Alvast bedankt',
  'Pozdrawiam\nEwa',
  'Z poważaniem',
  'よろしくお願いいたします。',
  '田中',
  'مع خالص التحية',
  'شكرا جزيلا',
]
