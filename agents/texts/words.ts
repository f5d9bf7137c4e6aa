import type { Language } from '../tools/language.ts'

/** Single words that code puts beside figures. */
interface Words {
  readonly tax: string
  /** Everything that is not named one by one. */
  readonly others: string
}

export const WORDS: Readonly<Record<Language, Words>> = {
  en: { tax: 'Tax', others: 'Everything else' },
  de: { tax: 'Steuer', others: 'Alles Übrige' },
  fr: { tax: 'Taxes', others: 'Tout le reste' },
  es: { tax: 'Impuestos', others: 'Todo lo demás' },
  it: { tax: 'Imposte', others: 'Tutto il resto' },
  pt: { tax: 'Impostos', others: 'Tudo o resto' },
  pl: { tax: 'Podatek', others: 'Wszystko pozostałe' },
  ja: { tax: '税', others: 'その他すべて' },
  ar: { tax: 'الضريبة', others: 'كل ما عدا ذلك' },
  nl: { tax: 'Belasting', others: 'Al het overige' },
}
