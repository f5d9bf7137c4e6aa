import { phrasePattern } from '#src/kernel/phrase-pattern.ts'

/** "is paid": what is said of the invoice as a matter of fact. */
export const SAYS_PAID = phrasePattern([
  '(?:is|was|has been|have been|are|been) (?:already |now |fully |successfully ){0,3}(?:paid|settled)|paid in full|(?:nothing|no amount) (?:is |remains )?(?:open|due|outstanding)|received your payment',
  '(?:ist|wurde|sind) (?:[\\p{L}]+ ){0,4}(?:bezahlt|beglichen)|(?:nichts|kein betrag)(?: mehr)? offen|ihre zahlung (?:ist eingegangen|erhalten)',
  '(?:est|a été|sont) (?:[\\p{L}]+ )?(?:payée?s?|réglée?s?|soldée?s?)',
  '(?:está|fue|ha sido|foi) (?:[\\p{L}]+ )?(?:pagad[ao]|liquidad[ao]|pag[ao]|paga)',
  '(?:è|risulta|è stat[ao]) (?:[\\p{L}]+ )?(?:pagat[ao]|saldat[ao])',
  '(?:is|werd) (?:[\\p{L}]+ )?(?:betaald|voldaan)',
  '(?:jest|została|zostało) (?:[\\p{L}]+ )?(?:zapłacon*|opłacon*|uregulowan*)',
  '支払い済み|支払済|お支払いは完了|入金を確認しました',
  'مدفوعة بالكامل|تم دفع|تم سداد|دُفعت|سُددت',
])

/** A sentence that speaks of a condition claims nothing. */
export const CONDITION = phrasePattern([
  'if|once|when|whenever|until|unless|as soon as|after|whether|wenn|sobald|falls|bis|nachdem|ob|si|dès que|lorsque|quand|jusqu|cuando|hasta|en cuanto|se|quando|appena|finché|até|assim que|als|zodra|totdat|tot|indien|jeśli|gdy|kiedy|dopóki|po tym',
  'たら|れば|場合|次第|まで|とき',
  'إذا|عندما|حتى|فور|بعد أن|إلى أن',
])
