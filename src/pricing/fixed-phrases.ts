import type { Phrase } from './phrases.ts'

// What a price list says never changes once it is parsed, and a run says it for every subscription: made once each.

const englishByCurrency = new WeakMap<Phrase, Map<string, string>>()

/**
 * `make` of an owner, once: its phrases and their English are kept as long as the owner lives. What it is made from
 * beside the owner must always be the same for it.
 */
export function saidOnce<
  Owner extends object,
  Beside extends readonly unknown[],
  Said extends readonly Phrase[],
>(make: (owner: Owner, ...beside: Beside) => Said): (owner: Owner, ...beside: Beside) => Said {
  const known = new WeakMap<Owner, Said>()
  return (owner, ...beside) => {
    const held = known.get(owner)
    if (held) return held
    const made = make(owner, ...beside)
    for (const one of made) englishByCurrency.set(one, new Map())
    known.set(owner, made)
    return made
  }
}

/** The phrase's English from `render`, kept for a phrase of `saidOnce`. */
export function keptEnglish(
  said: Phrase,
  currency: string,
  render: (said: Phrase, currency: string) => string,
): string {
  const kept = englishByCurrency.get(said)
  if (!kept) return render(said, currency)
  const known = kept.get(currency)
  if (known !== undefined) return known
  const text = render(said, currency)
  kept.set(currency, text)
  return text
}
