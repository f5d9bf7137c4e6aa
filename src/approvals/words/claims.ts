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

/** "You need not pay": so only where nothing is open. */
export const NOTHING_TO_PAY = phrasePattern([
  "(?:do|does|need|must|are|is)(?: not|n[’']t) (?:have to |need to |obliged to |required to )?(?:pay|settle)|(?:nothing|no need|not obliged|never) to pay|ignore th(?:is|e) (?:invoice|bill)|(?:lowered|reduced) the (?:price|amount)",
  '(?:nicht|nichts)(?: mehr| länger){0,2} (?:zu )?(?:bezahlen|zahlen|begleichen)|rechnung ignorieren',
  "(?:ne|n[’'])[^.!?\\n]{0,30}(?:plus|pas|rien)[^.!?\\n]{0,15}(?:à |besoin de )?(?:payer|régler)|rien à payer",
  '(?:ya )?no (?:tiene que|debe|hace falta|necesita) pagar|nada que pagar|ignore esta factura',
  "non (?:deve|occorre|serve|c[’']è)(?: più| nulla| da){0,3} pagare|nulla da pagare",
  '(?:não|nada)(?: precisa| tem| deve| há)?(?: de| que| a)? pagar',
  'hoeft[^.!?\\n]{0,40}(?:niet|niets)[^.!?\\n]{0,15}betalen|niets te betalen',
  'nie (?:muszą|musi|trzeba|musisz)[^.!?\\n]{0,30}płacić|nic do zapłaty',
  '(?:お支払い|支払う?)[^。]{0,12}(?:必要[はが]?(?:ありません|ない|ございません))|払わなくて',
  'لم يعد علي* دفع|لا (?:داعي|يجب|حاجة)[^.؟\\n]{0,20}دفع|لا يوجد ما يجب دفعه',
])
