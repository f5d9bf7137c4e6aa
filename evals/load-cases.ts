import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { AppError } from '#src/kernel/errors.ts'
import type { AnyCase } from './case.ts'
import { requireLockedTests } from './test-lock.ts'

/**
 * Our own cases of one suite, by id: every YAML file of evals/cases/SUITE. Throws `invalid_input` naming file, case
 * and field where one is malformed or double, and `conflict` where the test half is not the one that was locked.
 */
export function loadCases<Case extends AnyCase>(suite: string, shape: z.ZodType<Case>): Case[] {
  const cases = readCases(suite, shape)
  requireLockedTests(folderOf(suite), cases)
  return cases
}

/** The same without the lock: what `--lock-new-tests` locks. */
export function readCases<Case extends AnyCase>(suite: string, shape: z.ZodType<Case>): Case[] {
  const folder = folderOf(suite)
  const cases = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => casesOfFile(new URL(name, folder), name, shape))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const double = cases.find(({ id }, at) => cases[at + 1]?.id === id)
  if (double) throw new AppError('invalid_input', `two eval cases are called ${double.id}`)
  return cases
}

/** Where a suite keeps its cases. */
export function folderOf(suite: string): URL {
  return new URL(`cases/${suite}/`, import.meta.url)
}

function casesOfFile<Case>(file: URL, name: string, shape: z.ZodType<Case>): Case[] {
  const raw: unknown = parse(readFileSync(file, 'utf8'))
  const parsed = z.array(shape).safeParse(raw)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const [at, ...path] = issue?.path ?? []
  const id = Array.isArray(raw) && typeof at === 'number' ? idOf(raw[at], at) : ''
  throw new AppError(
    'invalid_input',
    `${name}, case ${id}, ${path.join('.') || 'case'}: ${issue?.message ?? 'invalid'}`,
  )
}

function idOf(raw: unknown, at: number): string {
  const named = z.looseObject({ id: z.string() }).safeParse(raw)
  return named.success ? named.data.id : `number ${at + 1}`
}
