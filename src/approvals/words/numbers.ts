import { phrasePattern } from '#src/kernel/phrase-pattern.ts'

const UNITS =
  '(?:euros?|dollars?|pounds?|cents?|percent|per cent|hours?|days?|weeks?|months?|years?|times|calls?|requests?|prozent|stunden?|tage[n]?|wochen?|monate?n?|jahre?n?|heures?|jours?|semaines?|mois|ans|horas?|días?|dias?|semanas?|mes(?:es)?|meses|mês|años?|anos?|or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi]|uur|dagen|dag|weken|week|maanden|maand|jaar|godzin*|dni|dzień|tydzień|tygodni*|miesi*|lat|rok)'

/**
 * Numbers written as words, from two on; what is an article, or another word in one of the languages we write
 * ("due", "once", "sei"), only before a unit.
 */
export const NUMBER_WORD = phrasePattern([
  'two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|hundreds?|thousands?|millions?|billions?|dozens?|zero|twice|thrice|half',
  `(?:one|eine?[nmrs]?|une?|una|uno|uma?|een|één|jeden|jedna|jedno|due|once|sei|mille|neuf) ${UNITS}`,
  'zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|*zehn|*(?:zwanzig|dreißig|dreissig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)|*hundert*|*tausend*|million(?:en)?|dutzend|hälfte|zweimal|doppelt',
  'deux|trois|quatre|cinq|sept|huit|dix|onze|douze|treize|quatorze|quinze|seize|vingt*|trente|quarante|cinquante|soixante|cents?|mille|milliers?|douzaine|moitié',
  'dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|trece|catorce|quince|veinte|veinti*|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien|ciento*|*cientos|mil|miles|millón|millones|docena|mitad',
  'tre|quattro|cinque|sette|otto|nove|dieci|undici|dodici|tredici|quattordici|quindici|sedici|vent(?:i|uno|un|idue|itré|iquattro|icinque|isei|isette|otto|inove)|trenta*|quaranta*|cinquanta*|sessanta*|settanta*|ottanta*|novanta*|cento|(?:due|tre|quattro|cinque|sei|sette|otto|nove)?cento*|(?:due|tre|quattro|cinque|sei|sette|otto|nove|dieci|*cento)mila*|milion[ei]|dozzina|metà',
  'dois|duas|três|quatro|sete|oito|dez|doze|treze|catorze|quatorze|dezesseis|dezasseis|dezoito|vinte|trinta|quarenta|cinquenta|sessenta|setenta|oitenta|cem|cento|duzent*|trezent*|quinhent*|*centos|milhões|milhão|milhares|dúzia|metade',
  'twee|drie|vier|vijf|zes|zeven|acht|negen|tien|twaalf|dertien|veertien|vijftien|*tien|*(?:twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig)|*honderd*|*duizend*|miljoen*|dozijn|helft',
  'dwa|dwie|dwóch|trzy|trzech|cztery|czterech|pięć|pięciu|sześć|sześciu|siedem|siedmiu|osiem|ośmiu|dziewięć|dziewięciu|dziesięć|dziesięciu|*naście|*nastu|*dzieścia|*dzieści|*dziesiąt|sto|stu|dwieście|trzysta|czterysta|(?:pięć|sześć|siedem|osiem|dziewięć)set|tysiąc*|tysięcy|milion*|tuzin|połow*',
  '[〇零一二三四五六七八九十百千万億兆壱弐参]{2,}',
  '[〇零一二三四五六七八九十百千万億兆壱弐参半]+(?:円|ドル|ユーロ|日|月|年|週|か月|ヶ月|カ月|時間|時|分|回|件|パーセント|割|倍|個|枚|つ)',
  '(?<![\\p{L}\\p{M}])[وف]?[بلك]?(?:ال)?(?:اثنان|اثنين|اثنتين|ثلاثة|ثلاث|أربعة|أربع|خمسة|خمس|ستة|سبعة|سبع|ثمانية|ثماني|تسعة|تسع|عشرة|عشر|عشرون|عشرين|ثلاثون|ثلاثين|أربعون|أربعين|خمسون|خمسين|ستون|ستين|سبعون|سبعين|ثمانون|ثمانين|تسعون|تسعين|مئة|مائة|مئتان|مئتين|مئتي|ألف|ألفان|ألفين|آلاف|مليون|ملايين|نصف|يومان|يومين|شهران|شهرين|أسبوعان|أسبوعين)(?![\\p{L}\\p{M}])',
])

/** XIV: two letters or more, as a numeral is written. */
export const ROMAN_NUMBER =
  /(?<![\p{L}\p{N}])(?=[MDCLXVI]{2})M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?![\p{L}\p{N}])/u

/** Digits and numerals of every script, and the two pictures that are numbers. */
export const ANY_DIGIT = /[\p{N}\u{1f51f}\u{1f4af}]+/u

const CODES =
  'EUR|USD|GBP|CHF|JPY|PLN|BRL|SEK|NOK|DKK|CZK|HUF|RON|BGN|CAD|AUD|NZD|INR|CNY|KRW|SGD|HKD|MXN|TRY|ZAR|ILS|SAR|AED|EGP|KWD|QAR|BHD|MAD'

/** Amounts and shares by sign or by word. */
export const AMOUNT_SIGN = new RegExp(
  `[\\p{Sc}%‰٪]|(?<![\\p{L}\\p{N}])(?:${CODES})(?![\\p{L}\\p{N}])`,
  'u',
)
export const AMOUNT_WORD = phrasePattern([
  'euros?|dollars?|pounds?|cents?|pence|sterling|yen|francs?|percent*|per cent|prozent*|pour cent|pourcent*|por ciento|por cento|per cento|procent*',
  'dólar*|dolar*|dollari|libras?|franken|rappen|franchi|reais|złot*|zł|groszy|pfund',
  '円|ドル|ユーロ|パーセント',
  'يورو|دولار|ريال|درهم|جنيه|دينار|بالمئة|بالمائة|في المئة|في المائة',
])
