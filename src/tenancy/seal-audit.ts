import { sql } from 'drizzle-orm'
import { rowsOf, type System } from '#db/context.ts'

const ROWS_PER_SEAL = 2000

/**
 * Seals the audit rows that were committed since the last time, of every organisation: each seal is a hash over the seal
 * before it and its rows as they are, so that a row changed, taken away or slipped in later shows (`selfcheck`). Whoever
 * writes audit rows never waits for the chain's head; a row is unsealed for as long as this is not called.
 * @returns how many rows it sealed.
 */
export async function sealAudit(system: Pick<System, 'db' | 'clock'>): Promise<number> {
  let sealed = 0
  for (;;) {
    const orgs = await rowsOf<{ org_id: string }>(
      system.db,
      sql`select distinct org_id from audit_unsealed order by org_id limit 1000`,
    )
    let now = 0
    for (const { org_id } of orgs) now += await sealNext(system, org_id)
    sealed += now
    if (now === 0) return sealed
  }
}

/** One seal; 0 when another worker is at it. */
function sealNext({ db, clock }: Pick<System, 'db' | 'clock'>, orgId: string): Promise<number> {
  return db.transaction(async (tx) => {
    const [lock] = await rowsOf<{ ours: boolean }>(
      tx,
      sql`select pg_try_advisory_xact_lock(hashtextextended(${`audit:${orgId}`}, 0)) as ours`,
    )
    if (!lock?.ours) return 0
    const rows = await rowsOf<{ id: string }>(
      tx,
      sql`delete from audit_unsealed where org_id = ${orgId} and audit_id in (
          select audit_id from audit_unsealed where org_id = ${orgId} order by audit_id limit ${ROWS_PER_SEAL})
        returning audit_id as id`,
    )
    if (rows.length === 0) return 0
    const ids = rows.map(({ id }) => id).sort()
    await tx.execute(
      sql`insert into audit_seals (org_id, seq, audit_ids, previous_hash, hash, sealed_at)
        select ${orgId}, head.seq + 1, named.ids, head.hash,
          audit_seal_hash(${orgId}, head.seq + 1, head.hash, named.ids), ${clock.now().toString()}::timestamptz
        from (select array_agg(id order by n) as ids
            from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) with ordinality as r(id, n)) named,
          (select coalesce(max(seq), 0) as seq, coalesce(max(hash), '') as hash from (
            select seq, hash from audit_seals where org_id = ${orgId} order by seq desc limit 1) last) head`,
    )
    return rows.length
  })
}
