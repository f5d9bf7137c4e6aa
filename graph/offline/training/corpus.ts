import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { sha256 } from '#src/kernel/canonical.ts'
import { expand } from './expand.ts'

/** An intent, and what people write who have it: patterns in the notation of expand.ts. */
const CorpusFile = z.record(
  z.string().regex(/^(dunning|inquiry|anomaly|human|context)\.[a-z_]+$/),
  z.array(z.string()),
)

export interface Sample {
  readonly text: string
  readonly intent: string
  /** As its file is called: `en`, `de`; files of several languages have names of their own. */
  readonly language: string
  readonly split: 'train' | 'dev' | 'test'
}

const CORPUS = new URL('corpus/', import.meta.url)
const VARIANTS = 12

/**
 * Our own utterances, by language and intent, written out. A pattern is in one split with all of
 * its variants: what is tested was not trained on. Throws where a file has an unknown form.
 */
export function loadCorpus(): { samples: Sample[]; hash: string } {
  const files = readdirSync(CORPUS)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()
  const sources = files.map((name) => readFileSync(new URL(name, CORPUS), 'utf8'))
  const samples = sources.flatMap((source, at) => samplesOf(source, languageOf(files[at] ?? '')))
  return { samples: unlike(samples), hash: sha256(sources.join('\n')) }
}

function languageOf(file: string): string {
  return file.split(/[-.]/u)[0] ?? ''
}

function samplesOf(source: string, language: string): Sample[] {
  const intents = Object.entries(CorpusFile.parse(parse(source)))
  return intents.flatMap(([intent, patterns]) =>
    patterns.flatMap((pattern) => {
      const digest = Number.parseInt(sha256(pattern).slice(0, 8), 16)
      const split = SPLITS[digest % SPLITS.length] ?? 'train'
      return expand(pattern, VARIANTS, digest).map((text) => ({ text, intent, language, split }))
    }),
  )
}

/** What two patterns have in common is kept once. */
function unlike(samples: readonly Sample[]): Sample[] {
  const seen = new Set<string>()
  return samples.filter(({ text }) => !seen.has(text) && seen.add(text))
}

/** Eight parts to learn from, one to set thresholds by, one to measure on. */
const SPLITS = [...Array.from({ length: 8 }, () => 'train' as const), 'dev', 'test'] as const
