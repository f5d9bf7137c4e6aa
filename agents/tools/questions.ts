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

const COPY = phrasePattern([
  'copy|copies|pdf|re-?send|send (?:me|us|over|it|the|a|my|our|again)|download|duplicate',
  'kopie|kopien|schicken|zuschicken|senden|zusenden|zukommen lassen|schick* (?:mir|uns)|herunterladen',
  'copie|duplicata|renvoy*|envoyer|envoyez|envoie|télécharg*',
  'copia|duplicado|enviar*|env[ií]e*|reenviar*|mandar*|mande*|descarg*',
  'inviar*|invia*|mandar*|rimandar*|scaric*',
  'cópia|segunda via|envie*|reenvi*|mande*|baixar',
  'toesturen|opsturen|sturen|stuur',
  'kopi[aęi]|duplikat*|prześl*|przesła*|wyśl*|wysła*|pobrać',
  '再送|送って|送付|コピー|写し|ダウンロード',
  'نسخة|أرسل|إرسال|ارسل|تحميل',
])

/** Whether a customer wants the invoice itself. */
export function asksForCopy(words: string): boolean {
  return COPY.test(words.normalize('NFKC'))
}

const REFUND_RULES = phrasePattern([
  '(?:refund|money-?back) (?:rules?|polic*|terms|conditions)|refunds? work',
  'erstattungs(?:regel*|bedingung*|richtlinie*)|regeln (?:für|zu) erstattung*',
  '(?:politique|conditions|règles) de remboursement*',
  '(?:política|condiciones|reglas) de (?:reembolso*|devoluci*)',
  '(?:politica|condizioni|regole) (?:di|per i?) ?(?:rimbors*)',
  '(?:política|condições|regras) de reembolso*',
  'terugbetalings?(?:regels|beleid|voorwaarden)|(?:regels|voorwaarden) voor terugbetaling*',
  '(?:zasady|warunki|regulamin) zwrot*',
  '返金(?:規定|ポリシー|ルール|条件)',
  'سياسة الاسترداد|شروط الاسترداد',
])

/** Whether a customer asks when money is given back: a rule that no figure of an invoice answers. */
export function asksForRefundRules(words: string): boolean {
  return REFUND_RULES.test(words.normalize('NFKC'))
}

const CARD_CHANGE = phrasePattern([
  '(?:update|change|replace|add|new|another) (?:my |our |the |a |an )?(?:credit |debit |payment )?card',
  '(?:neue*|andere*) (?:kredit)?karte|karte (?:ändern|aktualisieren|wechseln|hinterlegen)|(?:kredit)?karte aktualisier*',
  '(?:nouvelle|autre) carte|(?:changer|mettre à jour|modifier|remplacer) (?:de |la |ma |notre )?carte',
  '(?:nueva|otra) tarjeta|(?:cambiar|actualizar) (?:la |mi |nuestra |de )?tarjeta',
  '(?:nuova|altra) carta|(?:cambiare|aggiornare) (?:la )?(?:mia |nostra )?carta',
  '(?:novo|outro) cartão|(?:trocar|atualizar|alterar) (?:o )?(?:meu |nosso )?cartão',
  '(?:nieuwe|andere) (?:credit)?kaart|(?:credit)?kaart (?:wijzigen|bijwerken|vervangen)',
  '(?:now[aąeiy]*|inn[aąey]*) kart*|(?:zmieni*|zaktualizowa*) kart*',
  'カードを?(?:変更|更新|登録)|カード情報',
  '(?:تحديث|تغيير) البطاقة|بطاقة جديدة',
])

/** Whether a customer wants to pay with another card. */
export function asksForCardChange(words: string): boolean {
  return CARD_CHANGE.test(words.normalize('NFKC'))
}
