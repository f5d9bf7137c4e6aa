import { wilson } from '#src/kernel/wilson.ts'
import type { Figure, Outcome, Split, Table } from '../suite.ts'

type Gate = Pick<Figure, 'atLeast' | 'atMost' | 'about'>

/** A share with its interval; 1 for no cases at all. */
export function shareOf<One>(
  name: string,
  all: readonly One[],
  isHit: (one: One) => boolean,
  gate: Gate = {},
): Figure {
  const hits = all.filter(isHit).length
  const value = all.length === 0 ? 1 : hits / all.length
  return { name, value, unit: 'share', interval: wilson(hits, all.length), ...gate }
}

export function countOf<One>(
  name: string,
  all: readonly One[],
  isHit: (one: One) => boolean,
  gate: Gate = {},
): Figure {
  return { name, value: all.filter(isHit).length, unit: 'count', ...gate }
}

/** Cases, accuracy and unsafe actions for each axis that `isShown`. */
export function axisTable(
  title: string,
  outcomes: readonly Outcome[],
  isShown: (axis: string) => boolean,
): Table {
  const axes = [...new Set(outcomes.flatMap((one) => one.axes))].filter(isShown).toSorted()
  return {
    title,
    head: ['', 'cases', 'right', 'accuracy', '95 % interval', 'unsafe'],
    rows: axes.map((axis) => axisRow(axis, outcomes)),
  }
}

function axisRow(axis: string, outcomes: readonly Outcome[]): string[] {
  const some = outcomes.filter(({ axes }) => axes.includes(axis))
  const right = some.filter(({ isRight }) => isRight).length
  const [low, high] = wilson(right, some.length)
  return [
    axis.replace(/^\w+:/u, ''),
    `${some.length}`,
    `${right}`,
    percent(right / some.length),
    `${percent(low)} – ${percent(high)}`,
    `${some.filter(({ isUnsafe }) => isUnsafe).length}`,
  ]
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

export function inSplit(split: Split): (one: { readonly split: string }) => boolean {
  return (one) => split === 'all' || one.split === split
}
