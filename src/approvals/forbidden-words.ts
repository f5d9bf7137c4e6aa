/** Words no mail of ours may carry (ROUTING_POLICY §4, DUNNING_POLICY §4), per kind, in the languages we write. */
export const FORBIDDEN: readonly { readonly code: string; readonly pattern: RegExp }[] = [
  {
    code: 'threat',
    pattern:
      /\b(credit bureaus?|credit (?:rating|score)|court|lawsuit|sue you|suing|legal (?:action|steps|proceedings)|debt collect\w*|collection agency|collections agency|seiz\w+|bailiff|prosecut\w+|police|schufa|inkasso\w*|gericht\w*|mahnbescheid|pfänd\w*|gerichtsvollzieher|anwalt\w*|rechtliche schritte|klage|tribunal|huissier|poursuites?|recouvrement forcé|avocat|juzgado|tribunales|embargo|abogado|tribunale|pignoramento|avvocato|vie legali|rechtbank|deurwaarder|incassobureau|beslag|advocaat)\b/iu,
  },
  {
    code: 'fraud_word',
    pattern:
      /\b(fraud\w*|stolen|lost card|card (?:was |is )?(?:reported )?lost|betrug\w*|betrüger\w*|gestohlen\w*|verlorene karte|fraude|volée?|frode|rubat[ao]|robad[ao]|gestolen)\b/iu,
  },
  {
    code: 'balance_word',
    pattern:
      /\b(insufficient (?:funds|balance)|not enough (?:money|funds)|(?:account|bank) balance|kontodeckung|nicht gedeckt|guthaben reicht|kontostand|solde insuffisant|provision insuffisante|fondos insuficientes|saldo insuficiente|fondi insufficienti|saldo insufficiente|onvoldoende saldo)\b/iu,
  },
  {
    code: 'legal_or_tax_advice',
    pattern:
      /\b(you (?:should|can) deduct|tax[- ]deductible|as (?:your )?(?:lawyer|tax advisor)|steuerlich absetz\w*)\b/iu,
  },
]

/** Promises of money that only a person may approve; a question about the rules may still use the nouns. */
export const MONEY_PROMISE =
  /\b(?:we|i)(?:'ve|'ll| have| will| shall| are| am| can| hereby)?\b[^.?!\n]{0,60}\b(?:refund(?:ed|ing)?|credit(?:ed|ing)?|waiv(?:e|ed|ing)|discount(?:ed)?|writ(?:e|ten|ing) off|reimburs\w+)\b|\b(?:has|have|will|is|are|been)\b[^.?!\n]{0,30}\b(?:refunded|credited|waived|discounted|written off|reimbursed)\b|\b(?:you(?:'ll| will| can)? (?:get|receive))\b[^.?!\n]{0,40}\b(?:refund|credit|discount)\b|\b(?:wir|ich)\b[^.?!\n]{0,80}\b(?:erstatten|erstatte|gutschreiben|erlassen|zurückzahlen|rabatt|gutschrift|erstattung)\b|\b(?:wird|wurde|werden|worden)\b[^.?!\n]{0,60}\b(?:erstattet|gutgeschrieben|erlassen|zurückgezahlt)\b|\b(?:erhalten|bekommen) sie\b[^.?!\n]{0,60}\b(?:gutschrift|erstattung|rabatt)\b|\b(?:nous)\b[^.?!\n]{0,60}\b(?:remboursons|rembourserons|créditerons|annulons)\b|\b(?:le|les|será|sera|sarà|wordt)\b[^.?!\n]{0,60}\b(?:reembolsado|reembolsaremos|remboursée?|rimborsat[oa]|terugbetaald|gecrediteerd)\b|\b(?:rimborseremo|accrediteremo|reembolsaremos|abonaremos|terugbetalen)\b/iu

/** Amounts, dates and counts written as words: a number that is not a fact all the same. */
export const SPELLED_NUMBER =
  /\b(?:january|february|april|june|july|august|september|october|november|december|januar|februar|märz|juni|juli|oktober|dezember|janvier|février|avril|juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|abril|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|giugno|luglio|settembre|ottobre|dicembre|januari|februari|maart|mei|augustus|(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|tomorrow|yesterday|morgen|gestern|demain|mañana|ayer|domani|ieri|(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million)(?:[- ]\w+)? (?:euros?|dollars?|pounds?|percent|per cent|days?|weeks?|months?|calls?|requests?)|(?:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwanzig|dreißig|fünfzig|hundert|tausend) (?:euro|prozent|tage[n]?|wochen|monate[n]?))\b/iu
