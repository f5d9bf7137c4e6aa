import { readFileSync } from 'node:fs'
import { hashOf, sha256 } from '#src/kernel/canonical.ts'
import { WEIGHTS_FILE } from './classifier/weights.ts'
import { LEXICON } from './concepts.ts'
import { WANTS } from './wants.ts'
import { PHRASES } from './wants/unspaced.ts'

let version: string | undefined

/** Names what the offline rules decide by: lexicon, wants and trained weights. Twelve hex digits. */
export function rulesVersion(): string {
  version ??= hashOf({
    LEXICON,
    WANTS,
    PHRASES,
    weights: sha256(readFileSync(WEIGHTS_FILE)),
  }).slice(0, 12)
  return version
}
