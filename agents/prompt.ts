import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { sha256 } from '#src/kernel/canonical.ts'

const FrontMatter = z.object({ name: z.string(), version: z.coerce.string() })

/** One prompt file. `hash` is of the whole file: it goes with each decision. */
export interface Prompt {
  readonly name: string
  readonly version: string
  readonly text: string
  readonly hash: string
}

const loaded = new Map<string, Prompt>()

/** Reads prompts/<name>.md once. @throws when the file or its front matter is missing. */
export function promptNamed(
  name: 'supervisor' | 'dunning' | 'inquiry' | 'anomaly' | 'repair' | 'dunning-mail',
): Prompt {
  const known = loaded.get(name)
  if (known) return known
  const file = readFileSync(new URL(`../prompts/${name}.md`, import.meta.url), 'utf8')
  const [, matter = '', text = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(file) ?? []
  const prompt = { ...FrontMatter.parse(parse(matter)), text: text.trim(), hash: sha256(file) }
  loaded.set(name, prompt)
  return prompt
}
