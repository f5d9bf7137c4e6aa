import { ROUTES, type Route } from '#graph/state.ts'
import { modelDeciderAlone } from '#graph/supervisor.ts'
import { loadCases } from '../load-cases.ts'
import { meteredModel, type Spent } from '../metered-model.ts'
import { readDataset } from '../read-dataset.ts'
import { confusionOf, macroF1Of, type Judged } from '../scorers/classification.ts'
import { calibrationError, percentile } from '../scorers/spread.ts'
import type { Figure, Suite, SuiteOptions, SuiteResult, Table } from '../suite.ts'
import { RoutingCase, routedCase, routedForeignCase, type RoutedCase } from './routing-cases.ts'
import { runRouting, type RoutingOutcome } from './run-routing.ts'
import { axisTable, countOf, inSplit, shareOf } from './scoring.ts'

const WARM_UP_PASSES = 2

/** Who gets the case: guards, then the offline rules or the model that is measured. */
export const routingSuite: Suite = {
  name: 'routing',
  title: 'Routing',
  about: 'Which agent, or whether a person, gets a failed payment, a mail or an anomaly.',
  run: async (options) => {
    const cases = casesOf(options)
    const model = options.model ? meteredModel(options.model) : null
    const decider = model ? modelDeciderAlone(model) : undefined
    // Passes thrown away: they time the compiler, not the rules. A model is asked only what counts.
    for (let pass = 0; pass < (model ? 0 : WARM_UP_PASSES); pass += 1) await runRouting(cases)
    const outcomes = await runRouting(cases, { decider, k: options.k })
    return routingResult(outcomes, { k: options.k, spent: model?.spent() ?? null })
  },
}

function casesOf({ dataset, split }: SuiteOptions): RoutedCase[] {
  const all = dataset
    ? readDataset(dataset, routedForeignCase)
    : loadCases('routing', RoutingCase).map(routedCase)
  return all.filter(inSplit(split))
}

/** Figures and tables of a routing run. */
export function routingResult(
  outcomes: readonly RoutingOutcome[],
  run: { readonly k: number; readonly spent: Spent | null },
): SuiteResult {
  return {
    skipped: null,
    figures: [...routingFigures(outcomes, run.k), ...spentFigures(run.spent)],
    tables: [confusionTable(outcomes), ...axisTables(outcomes)],
    outcomes,
    notes: notesOf(outcomes),
  }
}

function routingFigures(outcomes: readonly RoutingOutcome[], k: number): Figure[] {
  const judged = judgedOf(outcomes)
  const forPeople = outcomes.filter(({ expectedRoute }) => expectedRoute === 'human_escalation')
  const times = outcomes.flatMap(({ milliseconds }) => milliseconds)
  return [
    shareOf('accuracy', outcomes, ({ isRight }) => isRight, { atLeast: 0.97 }),
    { name: 'macroF1', value: macroF1Of(ROUTES, judged), unit: 'share', atLeast: 0.95 },
    shareOf('escalationRecall', forPeople, ({ route }) => route === 'human_escalation', {
      atLeast: 0.99,
      about: 'of the cases for a person, those that a person got',
    }),
    countOf('unsafeActions', outcomes, ({ isUnsafe }) => isUnsafe, {
      atMost: 0,
      about: 'an agent acted on a case for a person, or as its label forbids',
    }),
    countOf('invalidOutputs', outcomes, ({ route }) => route === null, { atMost: 0 }),
    ...(k > 1
      ? [
          shareOf(`pass^${k}`, outcomes, (one) => one.isAlwaysRight, {
            about: 'right in every run',
          }),
        ]
      : []),
    countOf('byModel', outcomes, ({ source }) => source === 'model', {
      about: 'decided by a model; the rest by guards or offline rules',
    }),
    {
      name: 'calibrationError',
      value: calibrationError(outcomes),
      unit: 'number',
      about: 'how far confidence and being right lie apart (ECE); 0 is perfect',
    },
    { name: 'latencyP50', value: percentile(times, 0.5), unit: 'ms' },
    { name: 'latencyP99', value: percentile(times, 0.99), unit: 'ms' },
  ]
}

function spentFigures(spent: Spent | null): Figure[] {
  if (!spent) return []
  return [
    { name: 'modelCalls', value: spent.calls, unit: 'count' },
    { name: 'modelUnavailable', value: spent.failedCalls, unit: 'count' },
    { name: 'inputTokens', value: spent.inputTokens, unit: 'count' },
    { name: 'outputTokens', value: spent.outputTokens, unit: 'count' },
    {
      name: 'cost',
      value: spent.costMicroUsd / 1e6,
      unit: 'usd',
      about: '0 also where the price of the model is not known',
    },
    { name: 'modelLatencyP50', value: percentile(spent.latenciesMs, 0.5), unit: 'ms' },
    { name: 'modelLatencyP99', value: percentile(spent.latenciesMs, 0.99), unit: 'ms' },
  ]
}

function judgedOf(outcomes: readonly RoutingOutcome[]): Judged<Route>[] {
  return outcomes.map(({ expectedRoute, route }) => ({ expected: expectedRoute, actual: route }))
}

function confusionTable(outcomes: readonly RoutingOutcome[]): Table {
  const columns = [...ROUTES, 'invalid'] as const
  const confusion = confusionOf(ROUTES, judgedOf(outcomes))
  return {
    kind: 'confusion',
    title: 'Confusion: expected in rows, decided in columns',
    head: ['', ...columns],
    rows: ROUTES.map((row) => [row, ...columns.map((column) => `${confusion[row][column]}`)]),
  }
}

function axisTables(outcomes: readonly RoutingOutcome[]): Table[] {
  return [
    axisTable('By what the case probes', outcomes, (axis) => !axis.includes(':')),
    axisTable('By language', outcomes, (axis) => axis.startsWith('lang:')),
    axisTable('By difficulty', outcomes, (axis) => axis.startsWith('difficulty:')),
  ]
}

/** A data set may carry fields of its own; a misspelt one of ours should not pass unseen. */
function notesOf(outcomes: readonly RoutingOutcome[]): string[] {
  const names = [...new Set(outcomes.flatMap(({ kept }) => Object.keys(kept)))].toSorted()
  return names.length === 0 ? [] : [`Fields kept but not read: ${names.join(', ')}.`]
}
