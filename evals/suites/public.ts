import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readDataset, type Json } from '../read-dataset.ts'
import { skipped, type Figure, type Suite } from '../suite.ts'
import { routedForeignCase, type RoutedCase } from './routing-cases.ts'
import { routingResult } from './routing.ts'
import { runRouting } from './run-routing.ts'

/** Short public texts, most of them far from billing: robustness, not our own traffic. Nothing is gated here. */
export const publicSuite: Suite = {
  name: 'public',
  title: 'Public short texts',
  about:
    'Published customer-service texts mapped to the routes; they measure robustness and are nobody’s gate.',
  run: async ({ dataFolder }) => {
    const folder = join(dataFolder, 'routing')
    if (!existsSync(folder)) return skipped(`${folder} is not there (--data DIR)`)
    const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
    const cases = files.flatMap((name) => readDataset(join(folder, name), publicCase))
    const result = routingResult(await runRouting(cases), { k: 1, spent: null })
    return { ...result, figures: result.figures.map(ungated), notes: [] }
  },
}

function publicCase(raw: Json): RoutedCase {
  const source = typeof raw['source'] === 'string' ? raw['source'] : 'unknown'
  return routedForeignCase({ ...raw, metadata: { axes: [source], lang: 'en' } })
}

function ungated({ atLeast: _least, atMost: _most, ...figure }: Figure): Figure {
  return figure
}
