/** What stands in a sent text that no fact accounts for. */
export interface Ungrounded {
  readonly numbers: readonly string[]
  readonly links: readonly string[]
  readonly addresses: readonly string[]
}

const DIGITS = /[\p{Nd}\p{Nl}\p{No}]+(?:[.,٫٬'’ /:-]*[\p{Nd}\p{Nl}\p{No}]+)*/gu
const LINK = /(?:[a-z][a-z0-9+.-]*:\/\/|www\.)\S+/giu
const ADDRESS = /\S+@\S+/gu

/**
 * Takes the values of the facts out of a text and reports the digits, links and addresses that are left. Knows nothing
 * of the gates that a draft passes: it looks at what was sent.
 */
export function ungroundedIn(text: string, facts: Readonly<Record<string, string>>): Ungrounded {
  const values = Object.values(facts).filter((value) => value !== '')
  const longestFirst = values.toSorted((a, b) => b.length - a.length)
  const rest = longestFirst.reduce((left, value) => left.replaceAll(value, ' '), text)
  return {
    numbers: rest.replace(LINK, ' ').replace(ADDRESS, ' ').match(DIGITS) ?? [],
    links: rest.match(LINK) ?? [],
    addresses: rest.replace(LINK, ' ').match(ADDRESS) ?? [],
  }
}
