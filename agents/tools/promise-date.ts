import { Temporal, type Instant } from '#src/kernel/time.ts'

const MONTH_WORDS: readonly (readonly string[])[] = [
  ['jan', 'enero', 'gennaio', 'stycz', 'يناير', 'كانون الثاني'],
  ['feb', 'fév', 'fev', 'lutego', 'luty', 'فبراير', 'شباط'],
  ['mar', 'mär', 'maa', 'مارس', 'آذار'],
  ['apr', 'avr', 'abr', 'kwie', 'أبريل', 'ابريل', 'نيسان'],
  ['may', 'mai', 'mayo', 'mag', 'mei', 'maj', 'مايو', 'أيار'],
  ['jun', 'juin', 'giu', 'czerw', 'يونيو', 'حزيران'],
  ['jul', 'juil', 'lug', 'lipca', 'lipiec', 'يوليو', 'تموز'],
  ['aug', 'aoû', 'ago', 'sierp', 'أغسطس', 'آب'],
  ['sep', 'set', 'wrze', 'سبتمبر', 'أيلول'],
  ['oct', 'okt', 'ott', 'outu', 'paźdz', 'أكتوبر', 'تشرين الأول'],
  ['nov', 'listop', 'نوفمبر', 'تشرين الثاني'],
  ['dec', 'dez', 'déc', 'dic', 'grud', 'ديسمبر', 'كانون الأول'],
]
const WEEKDAYS: readonly (readonly string[])[] = [
  [
    'monday',
    'montag',
    'lundi',
    'lunes',
    'lunedì',
    'maandag',
    'segunda-feira',
    'poniedziałek',
    '月曜',
    'الاثنين',
    'الإثنين',
  ],
  [
    'tuesday',
    'dienstag',
    'mardi',
    'martes',
    'martedì',
    'dinsdag',
    'terça-feira',
    'wtorek',
    '火曜',
    'الثلاثاء',
  ],
  [
    'wednesday',
    'mittwoch',
    'mercredi',
    'miércoles',
    'mercoledì',
    'woensdag',
    'quarta-feira',
    'środa',
    'środę',
    '水曜',
    'الأربعاء',
  ],
  [
    'thursday',
    'donnerstag',
    'jeudi',
    'jueves',
    'giovedì',
    'donderdag',
    'quinta-feira',
    'czwartek',
    '木曜',
    'الخميس',
  ],
  [
    'friday',
    'freitag',
    'vendredi',
    'viernes',
    'venerdì',
    'vrijdag',
    'sexta-feira',
    'piątek',
    '金曜',
    'الجمعة',
  ],
  [
    'saturday',
    'samstag',
    'samedi',
    'sábado',
    'sabato',
    'zaterdag',
    'sobota',
    'sobotę',
    '土曜',
    'السبت',
  ],
  [
    'sunday',
    'sonntag',
    'dimanche',
    'domingo',
    'domenica',
    'zondag',
    'niedziela',
    'niedzielę',
    '日曜',
    'الأحد',
  ],
]
const TOMORROW =
  /(?<![\p{L}\p{M}])(?:tomorrow|morgen|demain|mañana|domani|amanhã|jutro|غدًا|غدا)(?![\p{L}\p{M}])|明日/iu
const IN_DAYS =
  /(?<!\p{L})(?:in|dans|en|tra|over|within|innerhalb von|dentro de|em|za|w ciągu|خلال|بعد)\s+(\d{1,2})\s+(?:day|tag|jour|día|dia|giorn|dag|dni|أيام|يوم)|(\d{1,2})日(?:後|以内)/iu
const IN_WEEKS =
  /(?<!\p{L})(?:in|dans|en|tra|over|within|dentro de|em|za|خلال|بعد)\s+(\d)\s+(?:week|woche|semaine|semana|settiman|we|tygodni|أسابيع|أسبوع)|(\d)週間(?:後|以内)/iu
/** "3月20日", "2026年3月20日". */
const JAPANESE_DATE = /(?:(\d{4})年\s?)?(\d{1,2})月\s?(\d{1,2})日/u

/** The day the customer names for paying, today or later in the account's zone; null when none is named clearly. */
export function promiseDate(said: string, now: Instant, timeZone: string): string | null {
  const text = plainDigits(said)
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate()
  const named =
    isoDate(text) ??
    japaneseDate(text, today) ??
    dottedDate(text, today) ??
    slashedDate(text, today) ??
    monthDate(text, today) ??
    relativeDate(text, today)
  if (!named || Temporal.PlainDate.compare(named, today) < 0) return null
  return named.toString()
}

/** Whether a day stands there that reads two ways: "3/4" is March in one country and April in another. */
export function hasAmbiguousDate(text: string): boolean {
  return slashedDates(text).some(
    ([first, second]) => first <= 12 && second <= 12 && first !== second,
  )
}

function slashedDates(text: string): [number, number][] {
  const found = text.matchAll(/(?<![\d/.])(\d{1,2})\/(\d{1,2})(?:\/(?:\d{4}|\d{2}))?(?![\d/])/g)
  return [...found].map(([, first, second]) => [Number(first), Number(second)])
}

/** "20/3" and "3/20" are clear: only one of the two can be a month. */
function slashedDate(text: string, today: Temporal.PlainDate) {
  const [clear] = slashedDates(text).filter(([first, second]) => first > 12 || second > 12)
  if (!clear || hasAmbiguousDate(text)) return null
  const [first, second] = clear
  return first > 12 ? upcoming(today, second, first) : upcoming(today, first, second)
}

function dateOrNull(year: number, month: number, day: number): Temporal.PlainDate | null {
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' })
  } catch {
    return null
  }
}

/** A day without a year is the next one of that name. */
function upcoming(today: Temporal.PlainDate, month: number, day: number) {
  const thisYear = dateOrNull(today.year, month, day)
  if (thisYear && Temporal.PlainDate.compare(thisYear, today) >= 0) return thisYear
  return dateOrNull(today.year + 1, month, day)
}

function isoDate(text: string) {
  const match = /\b(\d{4})-(\d{2})-(\d{2})\b/.exec(text)
  return match ? dateOrNull(Number(match[1]), Number(match[2]), Number(match[3])) : null
}

function japaneseDate(text: string, today: Temporal.PlainDate) {
  const match = JAPANESE_DATE.exec(text)
  if (!match) return null
  const [, year, month, day] = match
  return year === undefined
    ? upcoming(today, Number(month), Number(day))
    : dateOrNull(Number(year), Number(month), Number(day))
}

/** Arabic and full-width digits as the patterns know them. */
function plainDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u0660-\u0669]/gu, (digit) => String((digit.codePointAt(0) ?? 0) - 0x06_60))
}

function dottedDate(text: string, today: Temporal.PlainDate) {
  const match = /\b(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(\d{4}|\d{2})\b)?/.exec(text)
  if (!match) return null
  const [, day, month, year] = match
  if (year === undefined) return upcoming(today, Number(month), Number(day))
  return dateOrNull(
    year.length === 2 ? 2000 + Number(year) : Number(year),
    Number(month),
    Number(day),
  )
}

function monthOf(word: string): number | null {
  const lower = word.toLowerCase()
  const index = MONTH_WORDS.findIndex((starts) => starts.some((start) => lower.startsWith(start)))
  return index < 0 ? null : index + 1
}

function monthDate(text: string, today: Temporal.PlainDate) {
  const dayFirst =
    /(?<![\p{L}\p{N}])(\d{1,2})(?:st|nd|rd|th|\.|º)?\s+(?:of |de )?(\p{L}{2,12}(?: (?:الأول|الثاني))?)(?!\p{L})/giu
  for (const match of text.matchAll(dayFirst)) {
    const month = monthOf(match[2] ?? '')
    if (month !== null) return upcoming(today, month, Number(match[1]))
  }
  const monthFirst = /(?<!\p{L})(\p{L}{3,10})\s+(\d{1,2})(?:st|nd|rd|th)?(?![\p{L}\p{N}])/giu
  for (const match of text.matchAll(monthFirst)) {
    const month = monthOf(match[1] ?? '')
    if (month !== null) return upcoming(today, month, Number(match[2]))
  }
  return null
}

function relativeDate(text: string, today: Temporal.PlainDate) {
  const days = IN_DAYS.exec(text)
  if (days) return today.add({ days: Number(days[1] ?? days[2]) })
  const weeks = IN_WEEKS.exec(text)
  if (weeks) return today.add({ weeks: Number(weeks[1] ?? weeks[2]) })
  const lower = text.toLowerCase()
  const weekday = WEEKDAYS.findIndex((names) => names.some((name) => lower.includes(name)))
  if (weekday >= 0) return today.add({ days: (weekday + 1 - today.dayOfWeek + 7) % 7 || 7 })
  return TOMORROW.test(text) && !/guten morgen/i.test(text) ? today.add({ days: 1 }) : null
}
