/** Scripts that write without spaces, or join articles and prepositions to a word. */
const JOINED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Arabic}]/u

/**
 * Matches any of the phrases, each a piece of a regular expression, as whole words in any script (`\b` knows ASCII only);
 * `*` at the end of a word stands for any ending. Chinese, Japanese and Arabic match anywhere.
 */
export function phrasePattern(phrases: readonly string[], flags = 'iu'): RegExp {
  const written = phrases.map((phrase) => phrase.replaceAll('*', '[\\p{L}\\p{M}]*'))
  const joined = written.filter((phrase) => JOINED.test(phrase))
  const spaced = written.filter((phrase) => !JOINED.test(phrase))
  const whole =
    spaced.length === 0
      ? []
      : [`(?<![\\p{L}\\p{M}\\p{N}])(?:${spaced.join('|')})(?![\\p{L}\\p{M}\\p{N}])`]
  return new RegExp([...whole, ...joined].join('|'), flags)
}
