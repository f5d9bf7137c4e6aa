import { and, eq } from 'drizzle-orm'
import type { Scope } from '#db/context.ts'
import { messages } from '#db/schema/inbox.ts'
import { loadRun } from '#src/approvals/runs/list-runs.ts'
import { openAiModel } from '#src/gateways/model/openai.ts'
import {
  startScriptedServer,
  type ScriptedReply,
  type ScriptedRequest,
  type ScriptedServer,
} from '#src/gateways/model/testing/scripted-server.ts'
import type { RunDeps } from '../nodes.ts'
import { runTrigger } from '../run.ts'
import type { Shadow } from '../shadow.ts'
import { seedAccount, seedMail } from './seed.ts'

/** No scripted answer takes as long on any machine; where a server never answers, a test names less. */
export const AMPLE_MS = 50_000

export type Script = (request: ScriptedRequest, call: number) => ScriptedReply

/** Which contract is asked for. */
export const contractOf = (request: ScriptedRequest) => request.response_format?.json_schema?.name

/** The supervisor's answer. */
export const route = (nextAgent: string): ScriptedReply => ({
  kind: 'json',
  value: { reasoning: 'r', nextAgent },
})

/** An agent's answer. */
export const proposing = (...proposals: object[]): ScriptedReply => ({
  kind: 'json',
  value: { reasoning: 'r', proposals },
})

/** A server that answers by script and the model behind it; the caller closes the server. */
export async function scriptedModel(script: Script, timeoutMs = AMPLE_MS) {
  const server = await startScriptedServer(script)
  const model = openAiModel({
    apiKey: 'sk-x',
    baseUrl: server.url,
    model: 'm',
    timeoutMs,
    random: () => 0,
    wait: () => Promise.resolve(),
  })
  return { server, model }
}

/** A new account's mail, run to its end with a scripted model over HTTP. */
export async function runMail(
  given: { scope: Scope; offline: RunDeps; servers: ScriptedServer[] },
  customerId: string,
  mail: { subject?: string; text: string; attachments?: readonly string[] },
  script: Script,
  timeoutMs?: number,
  shadow: Shadow | null = null,
) {
  const { scope } = given
  const { server, model } = await scriptedModel(script, timeoutMs)
  given.servers.push(server)
  await seedAccount(scope, customerId)
  const ref = await seedMail(scope, {
    customerId,
    from: `ada@c${customerId}.example`,
    subject: mail.subject ?? 'Invoice question',
    text: mail.text,
    ...(mail.attachments ? { attachments: mail.attachments } : {}),
  })
  const deps = { ...given.offline, model, shadow }
  const { runId } = await runTrigger(scope, deps, { type: 'customer_query', ref })
  const run = await scope.transact((ctx) => loadRun(ctx, runId))
  const out = await scope.transact(({ db, orgId }) =>
    db
      .select()
      .from(messages)
      .where(
        and(
          eq(messages.orgId, orgId),
          eq(messages.customerId, customerId),
          eq(messages.direction, 'out'),
        ),
      ),
  )
  return { run, out, scope, deps, requests: server.requests, bodies: server.bodies }
}
