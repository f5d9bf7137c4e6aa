import { phrasePattern } from '#src/kernel/phrase-pattern.ts'

const COMPARES = phrasePattern([
  'higher|lower|more than|less than|increase*|went up|go(?:ne|es)? up|jumped|last month|previous|compare*|double*|so (?:much|high|expensive)',
  'höher|niedriger|mehr als|weniger als|letzten monat|vormonat*|gestiegen|teurer|vergl[ei]*|doppelt|so (?:viel|hoch|teuer)',
  'plus élevé*|plus cher|plus que|moins que|mois (?:dernier|précédent)|augment*|compar*|double|aussi (?:élevé*|cher)',
  'más alt[ao]|más car[ao]|más que|menos que|mes (?:pasado|anterior)|aument*|subi(?:do|ó)|doble|tan alt[ao]',
  'più alt[ao]|più car[ao]|più d(?:i|el|ella)|mese (?:scorso|precedente)|aument*|doppi[ao]|così alt[ao]',
  'mais alt[ao]|mais car[ao]|mais (?:do )?que|mês (?:passado|anterior)|subiu|dobro|tão alt[ao]',
  'hoger|lager|duurder|meer dan|minder dan|vorige maand|gestegen|vergel*|dubbel*|zo (?:hoog|duur|veel)',
  'wyższ*|niższ*|więcej niż|mniej niż|poprzedni*|zeszł* miesi*|ubiegł* miesi*|wzros*|porówn*|dwukrotn*|droższ*',
  '高い|高く|安い|増え|先月|前月|前回|比べ|比較|倍',
  'أعلى|أكثر من|أقل من|الشهر الماضي|الشهر السابق|ارتفع|ارتفاع|زاد|زيادة|ضعف|مقارنة',
])

const DISPUTES = phrasePattern([
  "wrong|incorrect|mistake*|error*|overcharged|overbilled|too (?:much|high)|not right|can ?not be right|dispute*|does ?n[o’']?t match|never used|did not use",
  'falsch*|fehler*|stimmt (?:so )?nicht|nicht korrekt|zu (?:hoch|viel)|nie genutzt|nicht verbraucht|widersprech*|reklam*',
  'erreur*|erron*|incorrect*|fau(?:x|sse)|trop (?:élevé*|cher)|conteste*|jamais utilisé*',
  'incorrect*|equivocad*|error*|mal cobrad*|demasiado|reclam*|no (?:es correct*|coincid*|cuadra)|nunca us*',
  'sbagliat*|errat*|errore|errori|troppo alt*|contest*|non corrispond*|mai usat*',
  'errad*|incorret*|erro|erros|contest*|não (?:está certo|confere|bate)|nunca us*',
  'onjuist*|verkeerd*|fout|fouten|klopt niet|te hoog|nooit gebruikt|betwist*',
  'błęd*|nieprawidłow*|nie zgadza*|za wysok*|reklam*',
  '間違|誤り|誤っ|おかしい|多すぎ|請求ミス',
  'خطأ|خاطئ|غير صحيح|مرتفع جدا|أعترض|اعتراض',
])

/** Whether a customer says that a bill is wrong: then it is looked into. */
export function disputesBill(words: string): boolean {
  return DISPUTES.test(words.normalize('NFKC'))
}

/** Whether a customer asks why a bill differs from another one. */
export function comparesBills(words: string): boolean {
  return COMPARES.test(words.normalize('NFKC'))
}
