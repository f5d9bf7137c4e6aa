import type { Database } from '#db/connect.ts'
import type { SentEvent } from './usage-load.ts'

const TABLE = 'bench_bare_insert'

/** A partitioned table like usage_events, but without key, index, dedup or tenant: what the database can do at best. */
export async function createBareTable(database: Database): Promise<void> {
  const { raw } = database
  await raw.query(`drop table if exists ${TABLE}`)
  await raw.query(`create table ${TABLE} (org_id text not null, event_id text not null, idempotency_key text not null,
    customer_id text not null, metric text not null, timestamp timestamptz not null, quantity numeric(38, 12) not null,
    properties jsonb, received_at timestamptz not null) partition by range (timestamp)`)
  await raw.query(`create table ${TABLE}_default partition of ${TABLE} default`)
}

export async function dropBareTable(database: Database): Promise<void> {
  await database.raw.query(`drop table if exists ${TABLE}`)
}

/** Seconds for `INSERT … SELECT unnest`, a commit a batch, on as many connections as the HTTP side has. */
export async function insertBare(
  database: Database,
  batches: readonly (readonly SentEvent[])[],
  connections: number,
): Promise<number> {
  const columns = batches.map((batch) => [
    batch.map((event) => event.event_id),
    batch.map((event) => event.idempotency_key),
    batch.map((event) => event.customer_id),
    batch.map((event) => event.event_type),
    batch.map((event) => event.timestamp),
    batch.map((event) => event.quantity),
    batch.map((event) => JSON.stringify(event.properties)),
  ])
  const queue = columns.values()
  const started = performance.now()
  const worker = async () => {
    for (const values of queue)
      await database.raw.query(
        `insert into ${TABLE} select 'bench', e, k, c, m, t, q, p, now() from unnest($1::text[], $2::text[],
           $3::text[], $4::text[], $5::timestamptz[], $6::numeric[], $7::jsonb[]) as r(e, k, c, m, t, q, p)`,
        values,
      )
  }
  await Promise.all(Array.from({ length: connections }, worker))
  return (performance.now() - started) / 1000
}
