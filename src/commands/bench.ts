import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import Table from 'cli-table3'
import { Client } from 'pg'
import { listen } from '#src/api.ts'
import { benchBill } from '#src/bench/bill.ts'
import { benchDecide } from '#src/bench/decide.ts'
import { benchIngest } from '#src/bench/ingest.ts'
import type { BenchResult } from '#src/bench/result.ts'
import { openHouse, type House } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import { createLogger } from '#src/http/request-log.ts'
import { AppError } from '#src/kernel/errors.ts'
import { printJson, printLine } from './output.ts'

/** Each measures against a limit taken in the same run, on the same machine and database. */
const BENCHES: Readonly<Record<string, (house: House, config: Config) => Promise<BenchResult[]>>> =
  {
    ingest: (house) => benchIngest({ ...house, startApi: () => listen(house, 0, '127.0.0.1') }),
    bill: ({ system }) => benchBill(system),
    decide: ({ system, database }, { redisUrl }) => benchDecide(system, database, { redisUrl }),
  }

/**
 * `bench NAME`: measures in a database of its own on the configured server, or without DATABASE_URL in a folder of its
 * own, and removes it.
 * @throws invalid_input for an unknown name.
 */
export async function bench(
  config: Config,
  name: string,
  options: { json?: boolean },
): Promise<void> {
  const run = BENCHES[name]
  if (!run)
    throw new AppError('invalid_input', `"${name}": there is ${Object.keys(BENCHES).join(', ')}`)
  const ground = await throwAway(config)
  const house = await openHouse({ ...config, ...ground }, createLogger('error'))
  try {
    const results = await run(house, config)
    const [cpu] = cpus()
    const machine = `${cpus().length} × ${cpu?.model ?? 'cpu'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, ${house.parts['database']}`
    if (options.json) printJson({ name, machine, results })
    else printResults(machine, results)
  } finally {
    await house.close()
    await ground.remove()
  }
}

/** A database that goes when the measuring is over: its rows are such as nobody may delete one by one. */
async function throwAway({ databaseUrl, home }: Config) {
  if (databaseUrl === undefined) {
    const folder = `${home}-bench`
    const remove = () => rm(folder, { recursive: true, force: true })
    await remove()
    return { home: folder, remove }
  }
  const url = new URL(databaseUrl)
  const name = `tollkeeper_bench_${randomBytes(4).toString('hex')}`
  const administer = async (statement: string) => {
    const client = new Client({ connectionString: databaseUrl })
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
  await administer(`create database ${name}`)
  url.pathname = `/${name}`
  const remove = () => administer(`drop database if exists ${name} with (force)`)
  return { databaseUrl: url.toString(), remove }
}

function printResults(machine: string, results: readonly BenchResult[]): void {
  const table = new Table({
    head: ['what', 'value', 'limit', 'ratio', 'goal', 'holds'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'left', 'left'],
  })
  const n = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 4 })
  for (const { what, value, unit, limit, ratio, goal, holds } of results)
    table.push([
      what,
      `${n(value)} ${unit}`,
      n(limit),
      n(ratio),
      goal ?? '',
      holds === null ? '' : holds ? 'yes' : 'NO',
    ])
  printLine(machine)
  printLine(table.toString())
}
