import { phrasePattern } from '#src/kernel/phrase-pattern.ts'

/** Months, weekdays and days named from today; "may" and "march" are verbs too and need a preposition. */
export const DATE_WORD = phrasePattern([
  'january|february|april|june|july|august|september|october|november|december|(?:in|on|by|of|since|until|till|from|for|during|before|after|last|next|this|early|late|mid)[- ](?:may|march)',
  '(?:mon|tues|wednes|thurs|fri|satur|sun)days?|tomorrow|yesterday|tonight|next week|next month',
  'januar|februar|märz|maerz|april|mai|juni|juli|oktober|dezember|(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|sonnabend|morgen|übermorgen|gestern|nächste[nr]? (?:woche|monat)',
  'janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain|(?:d’|d\u0027|avant-|depuis )hier|hier (?:soir|matin)|(?:semaine|mois) prochaine?',
  'enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre|lunes|martes|miércoles|jueves|viernes|sábado|domingo|mañana|ayer|próxim[ao] (?:semana|mes)',
  'gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|domani|ieri|prossim[ao] (?:settimana|mese)',
  'janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)|amanhã|ontem|(?:semana|mês) que vem',
  'januari|februari|maart|mei|augustus|(?:maan|dins|woens|donder|vrij|zater|zon)dag|overmorgen|gisteren|volgende (?:week|maand)',
  'stycz*|luty|lutego|lutym|marzec|marca|marcu|kwie(?:cień|tnia|tniu)|maj[au]?|czerw(?:iec|ca|cu)|lip(?:iec|ca|cu)|sierp*|wrześ*|wrzesie*|październik*|listopad*|grud*|poniedział*|wtor(?:ek|ku)|środ[aęy]|czwart(?:ek|ku)|piąt(?:ek|ku)|sobot[aęy]|niedziel[aęi]|jutro|pojutrze|wczoraj|(?:przyszłym|następnym) (?:tygodniu|miesiącu)',
  '[月火水木金土日]曜|明日|明後日|昨日|来週|来月|先週|翌日|翌月',
  'يناير|فبراير|مارس|أبريل|ابريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر|كانون|شباط|آذار|نيسان|أيار|حزيران|تموز|أيلول|تشرين',
  '(?<![\\p{L}\\p{M}])[وفبل]?(?:ال)?(?:اثنين|إثنين|ثلاثاء|أربعاء|خميس|جمعة|سبت|أحد القادم)(?![\\p{L}\\p{M}])|(?<![\\p{L}\\p{M}])غدًا|(?<![\\p{L}\\p{M}])غدا(?![\\p{L}\\p{M}])|بعد غد|(?<![\\p{L}\\p{M}])أمس(?![\\p{L}\\p{M}])|الأسبوع (?:القادم|المقبل)|الشهر (?:القادم|المقبل)',
])
