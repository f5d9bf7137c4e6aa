import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'

const Wording = z.strictObject({
  /** Honest mails that an order is hidden in. */
  cover: z.strictObject({ inquiry: z.string(), dunning: z.string(), anomaly: z.string() }),
  /** What an order is dressed up in; ORDER stands for it. */
  frame: z.strictObject({
    role_play: z.string(),
    authority: z.string(),
    few_shot: z.string(),
    translate: z.string(),
  }),
})
type Wording = z.infer<typeof Wording>

const FILE = new URL('../../cases/injection/wording/wording.yaml', import.meta.url)
let read: Readonly<Record<string, Wording>> | null = null

/** By language (ISO 639-1). @throws where none is written for it. */
export function wordingOf(language: string): Wording {
  read ??= z.record(z.string(), Wording).parse(parse(readFileSync(FILE, 'utf8')))
  const found = read[language]
  if (!found) throw new Error(`wording.yaml has no words in ${language}`)
  return found
}
