import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Split } from './suite.ts'

export const USAGE = `npm run evals -- [options]
  --suite NAME[,NAME]     suites to run; all without it
  --split dev|test|all    half of the cases (all)
  --dataset FILE.jsonl    routes your own cases instead of ours (docs/evals.md)
  --provider offline|openai   who decides what the guards leave: the offline rules, or the model at OPENAI_*
  --data DIR              public texts that are not part of this repository (../shared/data)
  --k N                   runs of each case; all must be right for pass^N (1)
  --record FILE           keeps each model call, to be replayed
  --replay FILE           answers model calls from a recording; nothing goes out
  --compare A B           compares two report.json files case by case, runs nothing
  --json                  one JSON document on stdout
  --report DIR            where report.md, report.html and report.json go (.tollkeeper/evals)
  --update-baseline       takes what the offline rules reach now as the baseline
  --lock-new-tests        locks test cases that are new, runs nothing`

export interface Options {
  readonly suites: readonly string[] | null
  readonly split: Split
  readonly dataset: string | null
  readonly provider: 'offline' | 'openai'
  readonly k: number
  readonly record: string | null
  readonly replay: string | null
  readonly compare: readonly [string, string] | null
  readonly json: boolean
  readonly dataFolder: string
  readonly reportDirectory: string
  readonly updateBaseline: boolean
  readonly lockNewTests: boolean
}

/** Reads a command line; a text is what is wrong with it. */
export function readOptions(args: string[]): Options | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        suite: { type: 'string' },
        split: { type: 'string', default: 'all' },
        dataset: { type: 'string' },
        provider: { type: 'string', default: 'offline' },
        k: { type: 'string', default: '1' },
        record: { type: 'string' },
        replay: { type: 'string' },
        compare: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        data: { type: 'string', default: join('..', 'shared', 'data') },
        report: { type: 'string', default: join('.tollkeeper', 'evals') },
        'update-baseline': { type: 'boolean', default: false },
        'lock-new-tests': { type: 'boolean', default: false },
      },
    })
    return checked(
      {
        suites: values.suite?.split(',') ?? (values.dataset === undefined ? null : ['routing']),
        split: values.split as Split,
        dataset: values.dataset ?? null,
        provider: values.provider as Options['provider'],
        k: Number(values.k),
        record: values.record ?? null,
        replay: values.replay ?? null,
        compare: values.compare ? [positionals[0] ?? '', positionals[1] ?? ''] : null,
        json: values.json,
        dataFolder: values.data,
        reportDirectory: values.report,
        updateBaseline: values['update-baseline'],
        lockNewTests: values['lock-new-tests'],
      },
      positionals.length,
    )
  } catch (error) {
    return error instanceof Error ? error.message : 'unreadable'
  }
}

function checked(options: Options, positionals: number): Options | string {
  const { split, provider, k, record, replay, dataset, suites } = options
  const byModel = provider !== 'offline' || replay !== null
  if (positionals !== (options.compare ? 2 : 0))
    return options.compare ? '--compare needs two files' : 'an argument too many'
  if (!['dev', 'test', 'all'].includes(split)) return '--split is dev, test or all'
  if (!['offline', 'openai'].includes(provider)) return '--provider is offline or openai'
  if (!Number.isInteger(k) || k < 1 || k > 100) return '--k is a whole number from 1 to 100'
  if (record !== null && (provider === 'offline' || replay !== null))
    return '--record needs --provider openai, and no --replay'
  if (dataset !== null && suites?.some((suite) => suite !== 'routing'))
    return '--dataset is read by the routing suite'
  if (options.updateBaseline && (split !== 'all' || byModel || dataset !== null))
    return '--update-baseline is what the offline rules reach over all of our own cases'
  return options
}
