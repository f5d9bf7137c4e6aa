import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { detectCsv } from '#src/metering/detector.ts'
import { nabScore, type ScoredSeries } from '../scorers/nab.ts'
import { skipped, type Suite } from '../suite.ts'

const Windows = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])))

/** Public series of servers, taxis and tweets with labelled windows; nothing is gated here. */
export const nabSuite: Suite = {
  name: 'nab',
  title: 'Numenta Anomaly Benchmark',
  about:
    'The detector on public series with labelled windows, by the benchmark’s own rule: far from billing, nobody’s gate.',
  run: ({ dataFolder }) => {
    const folder = join(dataFolder, 'anomaly')
    const path = join(folder, 'windows.json')
    if (!existsSync(path)) return Promise.resolve(skipped(`${path} is not there (--data DIR)`))
    const windows = Windows.parse(JSON.parse(readFileSync(path, 'utf8')))
    const corpus = Object.entries(windows).map(([name, labelled]) => ({
      name,
      ...scored(readFileSync(join(folder, name), 'utf8'), labelled),
    }))
    const { score, threshold } = nabScore(corpus)
    const rows = corpus.reduce((sum, { scores }) => sum + scores.length, 0)
    const labelled = corpus.filter((series) => series.windows.length > 0)
    return Promise.resolve({
      skipped: null,
      figures: [
        {
          name: 'score',
          value: score,
          unit: 'number',
          about: 'standard profile; 0 is silence, 100 is perfect',
        },
        {
          name: 'threshold',
          value: threshold,
          unit: 'number',
          about: 'one for all series, chosen as the rule says',
        },
        { name: 'series', value: corpus.length, unit: 'count' },
        { name: 'rows', value: rows, unit: 'count' },
      ],
      tables: [
        {
          title: 'By series, each with its own best threshold',
          head: ['', 'rows', 'windows', 'score'],
          rows: labelled.map((series) => [
            series.name,
            `${series.scores.length}`,
            `${series.windows.length}`,
            nabScore([series]).score.toFixed(1),
          ]),
        },
      ],
      outcomes: [],
      notes: [],
    })
  },
}

function scored(csv: string, labelled: readonly (readonly [string, string])[]): ScoredSeries {
  const rows: string[][] = parse(csv, { from_line: 2 })
  const places = new Map(rows.map(([at = ''], row) => [at, row]))
  const rowOf = (at: string) => places.get(at.replace(/\.0+$/, '')) ?? -1
  return {
    scores: detectCsv(csv).scores,
    windows: labelled.map(([from, to]) => [rowOf(from), rowOf(to)] as const),
  }
}
