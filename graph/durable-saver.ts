import type { RunnableConfig } from '@langchain/core/runnables'
import type {
  Checkpoint,
  CheckpointMetadata,
  CheckpointTuple,
  PendingWrite,
} from '@langchain/langgraph-checkpoint'
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import type pg from 'pg'
import type { RawQuery } from '#db/connect.ts'
import { isWorthKeeping } from './kept-checkpoints.ts'

/** The channel of a question to a person. */
const INTERRUPT = '__interrupt__'

/**
 * PostgresSaver with one statement, so one round trip and one commit, where it has a transaction of many: a checkpoint
 * and its channels go together, and only checkpoints that something hangs on are kept. Of the writes of a node only the
 * question to a person is kept by itself: a node that died runs again, its effects happen once by their keys, and an
 * answer stands in its escalation.
 */
export class DurableSaver extends PostgresSaver {
  readonly #raw: RawQuery
  readonly #schema: string

  constructor(pool: pg.Pool, raw: RawQuery, schema: string) {
    super(pool, undefined, { schema })
    this.#raw = raw
    this.#schema = schema
  }

  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
  ): Promise<RunnableConfig> {
    const { threadId, namespace, checkpointId } = place(config)
    const next = {
      configurable: { thread_id: threadId, checkpoint_ns: namespace, checkpoint_id: checkpoint.id },
    }
    if (!isWorthKeeping(checkpoint.channel_values)) return next
    // All channels, not the new ones: those of checkpoints left out are in no row.
    const blobs = await this._dumpBlobs(
      threadId,
      namespace,
      checkpoint.channel_values,
      checkpoint.channel_versions,
    )
    const channels = blobs.map(([, , channel, version, type, blob]) => ({
      channel,
      version,
      type,
      blob: blob === undefined ? null : Buffer.from(blob).toString('base64'),
    }))
    await this.#raw.query(
      `with kept as (
         insert into ${this.#schema}.checkpoint_blobs (thread_id, checkpoint_ns, channel, version, type, blob)
         select $1::text, $2::text, r.channel, r.version, r.type, decode(r.blob, 'base64')
         from jsonb_to_recordset($7::jsonb) as r(channel text, version text, type text, blob text)
         on conflict do nothing)
       insert into ${this.#schema}.checkpoints
         (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, checkpoint, metadata)
       values ($1::text, $2::text, $3::text, $4::text, $5::jsonb, $6::jsonb)
       on conflict (thread_id, checkpoint_ns, checkpoint_id)
         do update set checkpoint = excluded.checkpoint, metadata = excluded.metadata
       -- Durable with the run's row, which is written next; lost before that, its node runs again.
       returning set_config('synchronous_commit', 'off', true)`,
      [
        threadId,
        namespace,
        checkpoint.id,
        checkpointId,
        JSON.stringify(this._dumpCheckpoint(checkpoint)),
        JSON.stringify(await this._dumpMetadata(metadata)),
        JSON.stringify(channels),
      ],
    )
    return next
  }

  /** A thread said to be new has nothing to be read. */
  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const isNew = config.configurable?.['isNew'] === true
    return isNew && place(config).checkpointId === null ? undefined : super.getTuple(config)
  }

  override async putWrites(
    config: RunnableConfig,
    writes: PendingWrite[],
    taskId: string,
  ): Promise<void> {
    const special = writes.filter(([channel]) => channel === INTERRUPT)
    const { threadId, namespace, checkpointId } = place(config)
    if (special.length === 0 || checkpointId === null) return
    const dumped = await this._dumpWrites(threadId, namespace, checkpointId, taskId, special)
    const rows = dumped.map(([, , , , idx, channel, type, blob]) => ({
      idx,
      channel,
      type,
      blob: Buffer.from(blob).toString('base64'),
    }))
    await this.#raw.query(
      `insert into ${this.#schema}.checkpoint_writes
         (thread_id, checkpoint_ns, checkpoint_id, task_id, idx, channel, type, blob)
       select $1::text, $2::text, $3::text, $4::text, r.idx, r.channel, r.type, decode(r.blob, 'base64')
       from jsonb_to_recordset($5::jsonb) as r(idx int, channel text, type text, blob text)
       on conflict (thread_id, checkpoint_ns, checkpoint_id, task_id, idx)
         do update set channel = excluded.channel, type = excluded.type, blob = excluded.blob`,
      [threadId, namespace, checkpointId, taskId, JSON.stringify(rows)],
    )
  }
}

interface Place {
  readonly threadId: string
  readonly namespace: string
  readonly checkpointId: string | null
}

function place(config: RunnableConfig): Place {
  const text = (key: string): string | null => {
    const value: unknown = config.configurable?.[key]
    return typeof value === 'string' ? value : null
  }
  return {
    threadId: text('thread_id') ?? '',
    namespace: text('checkpoint_ns') ?? '',
    checkpointId: text('checkpoint_id'),
  }
}
