/**
 * One spelling for everything that reads alike: compatibility forms, invisible characters,
 * accents, look-alike letters of other scripts, digits posing as letters, l e t t e r s
 * pulled apart. The rules see only this; the customer's own text is never changed.
 */
export function normalise(text: string): string {
  const plain = text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßłøæœıđىةٱـ]/gu, (letter) => FOLDED[letter] ?? letter)
    .replace(/n[’'`´]t\b/gu, 'nt')
  return joinSpacedLetters(plain.replace(MIXED_WORD, mapLookalikes)).replace(LEET_WORD, mapDigits)
}

/** Whether someone pulled the letters of words apart, which no customer does by hand. */
export function hasSpacedLetters(text: string): boolean {
  return new RegExp(SPACED_LETTERS.source, 'u').test(text)
}

/** Letters no decomposition reaches; Arabic ends up with one alef, one yeh and nothing stretched. */
const FOLDED: Record<string, string> = {
  ß: 'ss',
  ł: 'l',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  đ: 'd',
  ى: 'ي',
  ة: 'ه',
  ٱ: 'ا',
  ـ: '',
}

const LOOKALIKES: Record<string, string> = {
  а: 'a',
  в: 'b',
  с: 'c',
  ԁ: 'd',
  е: 'e',
  ё: 'e',
  һ: 'h',
  і: 'i',
  ї: 'i',
  ј: 'j',
  к: 'k',
  ӏ: 'l',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  ԛ: 'q',
  ѕ: 's',
  т: 't',
  у: 'y',
  ѵ: 'v',
  ԝ: 'w',
  х: 'x',
  α: 'a',
  ε: 'e',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  χ: 'x',
}
const MIXED_WORD = /[\p{L}\p{N}]*[\p{Script=Cyrillic}\p{Script=Greek}][\p{L}\p{N}]*/gu

/** A word is rewritten only if every foreign letter in it has a Latin twin: Russian stays Russian. */
function mapLookalikes(word: string): string {
  const mapped = Array.from(word, (letter) => LOOKALIKES[letter] ?? letter).join('')
  return /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(mapped) ? word : mapped
}

const DIGITS: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
}
/** Letters on both sides of the digit, or a digit in front of at least three letters. */
const LEET_WORD =
  /(?<![\p{L}\p{N}@$-])(?=[a-z013457@$]{4,}(?![\p{L}\p{N}@.]))[a-z013457@$]*[a-z][a-z013457@$]*/gu

function mapDigits(word: string): string {
  const letters = word.replace(/[^a-z]/gu, '').length
  if (letters === word.length || letters * 2 < word.length) return word
  return word.replace(/[013457@$]/gu, (digit) => DIGITS[digit] ?? digit)
}

const SPACED_LETTERS = /(?<![\p{L}\p{N}])(?:\p{L}[ .\-_*]){7,}\p{L}(?![\p{L}\p{N}])/gu

function joinSpacedLetters(text: string): string {
  return text
    .replace(/(?<=(?<![\p{L}\p{N}])\p{L}) {2,}(?=\p{L}(?![\p{L}\p{N}]))/gu, ' \u0000 ')
    .replace(/(?<![\p{L}\p{N}])(?:[\p{L}\d][ .\-_*]){3,}[\p{L}\d](?![\p{L}\p{N}])/gu, (run) =>
      run.replace(/[ .\-_*]/gu, ''),
    )
    .replaceAll('\u0000', ' ')
}
