import { phrasePattern } from '#src/kernel/phrase-pattern.ts'

/**
 * Words that give money away, which only a person may do. They are refused in any sentence: whether one promises, denies
 * or explains cannot be told by rules, and a text without them is at hand.
 */
export const MONEY_PROMISE = phrasePattern([
  'refund*|reimburs*|waive*|waiving|discount*|compensat*|goodwill|money back|free of charge|for free|writ(?:e|es|ten|ing) (?:it )?off',
  'credited|crediting|credit notes?|(?:we|i|will|shall|can) credit|(?:a|your|the) credit (?:of|for|to|over)|credit (?:you|your|the|it|this|back)|(?:receive|get|grant*|issue*) (?:you )?(?:a |your )?credit',
  'erstatt*|rückerstatt*|gutschr*|gutgeschrieben*|erlass(?:en|e|t)?|rabatt*|nachlass*|kulanz*|zurückzahl*|zurückgezahlt|rücküberweis*|kostenlos*|kostenfrei*|stornier*',
  'rembours*|crédit(?:er|é|ée|ons|erons|e)|remise|remises|rabais|ristourne*|gratuit*|exonér*|dédommag*|geste commercial|annul*',
  'reembols*|devol(?:ver|vemos|veremos|vimos|ución|uciones)|abonar*|abonad[ao]|descuento*|condon*|gratis|compens*|anul*',
  'rimbors*|accredit*|scont[oai]|scontat*|storn*|abbuon*|risarc*|annull*',
  'devolv*|devolu*|estorn*|descont*|isent*|isenç*|grátis|perdoa*',
  'terugbeta*|restitu*|creditnota*|crediteren|gecrediteerd|korting*|kwijtschel*|kwijtgescholden|vergoed*|kosteloos',
  'zwrot*|zwróc*|zwrac*|rabat*|zniżk*|upust*|umorz*|umarz*|rekompens*|bezpłatn*|za darmo|nota uznaniowa',
  '返金|払い戻し|払戻|割引|値引|免除|無料|補償|減額|帳消し|クレジットを',
  'استرداد|نسترد|سنعيد|نعيد لكم|إعادة المبلغ|رد المبلغ|خصم|تخفيض|إعفاء|نعفي|تعويض|نعوض|مجان|رصيد دائن',
])

/** More time is a proposal of its own, judged by code, and never a sentence. */
export const TIME_PROMISE = phrasePattern([
  'extend(?:ed|ing|s)? (?:it|the|your|this)|(?:new|later) due date|(?:deadline|due date) (?:is|was|has been|will be) (?:moved|extended|postponed)',
  'verläng* (?:wir|die|ihre)|fristverlängerung*|gestundet|stund(?:en|ung)|zahlungsaufschub|neue[sn]? fälligkeit*',
  'prolong*|report(?:ons|erons|é|ée) (?:l|la|votre)|nouvelle échéance|prórroga*|prorrog*|aplaz*|nuevo vencimiento',
  'prorog*|dilazion*|nuova scadenza|novo (?:prazo|vencimento)|adi(?:ámos|amos|ado|ar)',
  'uitstel*|nieuwe vervaldatum|przedłuż*|odrocz*|odracza*|nowy termin',
  '延長|猶予|延期',
  'تمديد|نمدد|تأجيل|مهلة',
])
