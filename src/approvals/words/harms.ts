import { phrasePattern } from '#src/kernel/phrase-pattern.ts'

/** Words no mail of ours may carry, whoever writes (ROUTING_POLICY §4, DUNNING_POLICY §4), per kind and language. */
export const HARMS: readonly { readonly code: string; readonly pattern: RegExp }[] = [
  {
    code: 'threat',
    pattern: phrasePattern([
      'credit bureaus?|credit (?:rating|score)|court|lawsuit|sue you|suing|legal (?:action|steps|proceedings)',
      'debt collect*|collections? agency|seiz*|bailiff|prosecut*|police',
      'schufa|inkasso*|gericht*|mahnbescheid*|pfänd*|gerichtsvollzieher*|anwalt*|anwält*|rechtliche schritte|klage|polizei',
      'tribunal|huissier*|poursuites?|recouvrement forcé|avocat*|voie judiciaire|saisie',
      'juzgado*|tribunales|embarg*|abogado*|acciones legales|demandarle',
      'tribunale|pignorament*|avvocat*|vie legali|azioni legali|ufficiale giudiziario',
      'rechtbank|deurwaarder*|incassobureau*|beslag|advocaat|gerechtelijk*',
      'tribunais|penhora*|advogad*|ação judicial|ações judiciais|cobrança judicial|medidas legais',
      'sąd(?:u|em|zie|owy|owa|owe|owego|owej)?|komornik*|windykac*|prawnik*|adwokat*|kroki prawne|kroków prawnych',
      '裁判|訴訟|法的措置|弁護士|差し押さえ|差押|取り立て|警察|告訴',
      'محكمة|محكمه|قضائي|دعوى|محامي|إجراءات قانونية|اجراءات قانونية|شرطة|الحجز على',
    ]),
  },
  {
    code: 'fraud_word',
    pattern: phrasePattern([
      'fraud*|stolen|lost card|card (?:was |is )?(?:reported )?lost',
      'betrug*|betrüger*|gestohlen*|verlorene karte',
      'fraude*|volée?s?|frode|frodi|rubat[ao]|robad[ao]|gestolen',
      'roubad[ao]|furtad[ao]|oszust*|skradzion*|kradzie*',
      '詐欺|不正利用|盗難|盗まれ',
      'احتيال|مسروق|سرقة',
    ]),
  },
  {
    code: 'balance_word',
    pattern: phrasePattern([
      'insufficient (?:funds|balance)|not enough (?:money|funds)|(?:account|bank) balance',
      'kontodeckung|nicht gedeckt|guthaben reicht|kontostand',
      'solde insuffisant|provision insuffisante|fondos insuficientes|saldo insuficiente|saldo insufficiente|fondi insufficienti|onvoldoende saldo',
      'fundos insuficientes|brak środków|niewystarczając* środk*|saldo konta',
      '残高|資金不足',
      'رصيد غير كاف|الرصيد غير كاف|رصيد حسابكم',
    ]),
  },
  {
    code: 'legal_or_tax_advice',
    pattern: phrasePattern([
      'you (?:should|can) deduct|tax[- ]deductible|as (?:your )?(?:lawyer|tax advisor)|steuerlich absetz*',
    ]),
  },
]
