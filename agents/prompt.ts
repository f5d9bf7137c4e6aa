import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
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

type PromptName = 'supervisor' | 'dunning' | 'inquiry' | 'anomaly' | 'repair' | 'dunning-mail'

const loaded = new Map<string, Prompt>()

/** Reads prompts/<name>.md once. @throws when the file or its front matter is missing. */
export function promptNamed(name: PromptName): Prompt {
  return promptAt(fileURLToPath(new URL(`../prompts/${name}.md`, import.meta.url)))
}

/** The prompt of that name in another folder, or null where it has none. */
export function promptIn(folder: string, name: PromptName): Prompt | null {
  const path = join(folder, `${name}.md`)
  return existsSync(path) ? promptAt(path) : null
}

function promptAt(path: string): Prompt {
  const known = loaded.get(path)
  if (known) return known
  const file = readFileSync(path, 'utf8')
  const [, matter = '', text = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(file) ?? []
  const prompt = { ...FrontMatter.parse(parse(matter)), text: text.trim(), hash: sha256(file) }
  loaded.set(path, prompt)
  return prompt
}
