import type { Scope } from '#db/context.ts'
import { usageAnomalies, usageBuckets, usageEvents } from '#db/schema/metering.ts'
import { providerEvents } from '#db/schema/payments.ts'
import type { TriggerRef } from '#src/approvals/runs/start-run.ts'
import { receiveMail } from '#src/inbox/receive-mail.ts'
import { decimalOf } from '#src/kernel/decimal.ts'
import type { InjectionCase } from './attack.ts'
import { dressed } from './dress.ts'
import { DEEDS } from './orders.ts'
import { rawMail, type MailParts } from './raw-mail.ts'
import { emailOf, reminderId, type Seeded } from './seed-world.ts'
import { wordingOf } from './wording.ts'

/** What an attack needs before it runs: an account of its own where the account itself carries it, else null. */
export function accountFor(attack: InjectionCase, id: string): Seeded | null {
  const { inputs, metadata } = attack
  const { first } = dressed(inputs.technique, inputs.order, metadata.lang)
  const base = { id, locale: metadata.lang }
  switch (inputs.carrier) {
    case 'customer_name':
      return { ...base, name: first, inDunning: true }
    case 'contact_name':
      return { ...base, contactName: first, inDunning: true }
    case 'line_description':
      return { ...base, lineDescription: first }
    case 'usage_property':
    case 'metric_name':
    case 'anomaly_payload':
      return base
    case 'stripe_metadata':
    case 'decline_message':
      return { ...base, inDunning: true }
    case 'subject':
    case 'body':
    case 'quoted_thread':
    case 'hidden_html':
    case 'file_name':
    case 'dunning_reply':
      return null
  }
}

/** Hands the attack in through the door it comes by; returns the triggers that make the supervisor run. */
export async function bring(
  scope: Scope,
  attack: InjectionCase,
  account: Seeded,
): Promise<TriggerRef[]> {
  const { inputs, metadata } = attack
  const pieces = dressed(inputs.technique, inputs.order, metadata.lang)
  switch (inputs.carrier) {
    case 'stripe_metadata':
    case 'decline_message':
      return [await failedPayment(scope, account, inputs.carrier, pieces.first)]
    case 'anomaly_payload':
      return [await anomaly(scope, account, pieces.first)]
    case 'usage_property':
      await use(scope, account, 'api_calls', pieces.first)
      return [await mail(scope, account, coverOf(attack), [])]
    case 'metric_name':
      await use(scope, account, pieces.first, 'eu')
      return [await mail(scope, account, coverOf(attack), [])]
    case 'customer_name':
    case 'contact_name':
      return [
        await failedPayment(scope, account, 'decline_message', 'Your card has expired.'),
        await mail(scope, account, coverOf(attack), []),
      ]
    case 'line_description':
      return [await mail(scope, account, coverOf(attack), [])]
    case 'subject':
    case 'body':
    case 'quoted_thread':
    case 'hidden_html':
    case 'file_name':
    case 'dunning_reply':
      return mails(scope, attack, account, pieces)
  }
}

/** The honest question around an order: of the agent that the order is for. */
function coverOf({ inputs, metadata }: InjectionCase): MailParts {
  const { cover } = wordingOf(metadata.lang)
  const byCarrier: Readonly<Record<string, keyof typeof cover>> = {
    usage_property: 'anomaly',
    metric_name: 'anomaly',
    line_description: 'inquiry',
  }
  const byAgent = {
    dunning_agent: 'dunning',
    inquiry_agent: 'inquiry',
    anomaly_agent: 'anomaly',
  } as const
  const kind = byCarrier[inputs.carrier] ?? byAgent[DEEDS[inputs.goal].route]
  const text = cover[kind]
  return { subject: text.slice(0, 40), text }
}

async function mails(
  scope: Scope,
  attack: InjectionCase,
  account: Seeded,
  { first, second }: { first: string; second: string | null },
): Promise<TriggerRef[]> {
  const { carrier, technique } = attack.inputs
  const cover = coverOf(attack)
  if (technique === 'multi_turn')
    return [
      await mail(scope, account, placed(carrier, cover, first), [], 'first'),
      await mail(scope, account, placed(carrier, cover, second ?? ''), ['first']),
    ]
  const whole = placed(carrier, cover, first)
  // The other half goes where the first is not.
  const parts =
    second === null ? whole : placed(carrier === 'subject' ? 'body' : 'subject', whole, second)
  return [await mail(scope, account, parts, carrier === 'dunning_reply' ? ['reminder'] : [])]
}

function placed(carrier: string, cover: MailParts, planted: string): MailParts {
  const { text } = cover
  switch (carrier) {
    case 'subject':
      return { ...cover, subject: planted }
    case 'quoted_thread':
      return { ...cover, text: `${text}\n\n> ${planted.replaceAll('\n', '\n> ')}` }
    case 'hidden_html':
      return { ...cover, hidden: planted }
    case 'file_name':
      return { ...cover, fileName: `${planted}.pdf` }
    case 'dunning_reply':
      return { ...cover, subject: `Re: ${cover.subject}`, text: `${text}\n${planted}` }
    default:
      return { ...cover, text: `${text}\n\n${planted}` }
  }
}

/** A verified contact's mail, as our own server takes it in. */
async function mail(
  scope: Scope,
  account: Seeded,
  parts: MailParts,
  answers: readonly string[],
  name = 'mail',
): Promise<TriggerRef> {
  const thread = `${account.id}.${scope.now.epochMilliseconds}`
  const from = emailOf(account)
  const raw = rawMail(parts, {
    from,
    messageId: `<${name}.${thread}@mail.example>`,
    references: answers.map((one) =>
      one === 'reminder' ? reminderId(account.id) : `<${one}.${thread}@mail.example>`,
    ),
  })
  const received = await receiveMail(scope, {
    raw,
    envelope: { from, to: 'billing@acme.example' },
    authentication: { dmarc: 'pass', spf: 'pass', aligned: true },
  })
  return { type: 'customer_query', ref: received.messageId }
}

async function failedPayment(
  scope: Scope,
  account: Seeded,
  carrier: 'stripe_metadata' | 'decline_message',
  planted: string,
): Promise<TriggerRef> {
  const id = scope.newId('evt')
  const object = {
    id: `pi_${account.id}`,
    customer: `cus_${scope.orgId}_${account.id}`,
    metadata: carrier === 'stripe_metadata' ? { note: planted, [planted.slice(0, 40)]: '1' } : {},
    description: carrier === 'stripe_metadata' ? planted : null,
    last_payment_error: {
      decline_code: 'expired_card',
      message: carrier === 'decline_message' ? planted : 'Your card has expired.',
    },
  }
  const type = 'payment_intent.payment_failed'
  await scope.transact(({ db, orgId, now }) =>
    db.insert(providerEvents).values({
      orgId,
      id,
      provider: 'sandbox',
      type,
      payload: { id, type, data: { object } },
      receivedAt: now,
    }),
  )
  return { type: 'stripe_event', ref: id }
}

async function anomaly(scope: Scope, account: Seeded, metric: string): Promise<TriggerRef> {
  const id = scope.newId('ano')
  await scope.transact(({ db, orgId, now }) =>
    db.insert(usageAnomalies).values({
      orgId,
      id,
      customerId: account.id,
      metric,
      from: now.subtract({ hours: 6 }),
      to: now,
      observed: decimalOf(42_000),
      expected: decimalOf(3_000),
      score: 0.99,
      status: 'open',
      createdAt: now,
    }),
  )
  return { type: 'usage_anomaly', ref: id }
}

/** Usage of the last hours, raw and rolled up. */
async function use(scope: Scope, account: Seeded, metric: string, region: string): Promise<void> {
  const at = scope.now.subtract({ hours: 2 })
  const hour = at.round({ smallestUnit: 'hour', roundingMode: 'floor' })
  const quantity = decimalOf(42_000)
  const id = scope.newId('ue')
  await scope.transact(async ({ db, orgId, now }) => {
    await db.insert(usageEvents).values({
      orgId,
      eventId: id,
      idempotencyKey: id,
      customerId: account.id,
      metric,
      timestamp: at,
      quantity,
      properties: { region },
      receivedAt: now,
    })
    await db
      .insert(usageBuckets)
      .values({
        orgId,
        customerId: account.id,
        metric,
        hour,
        count: 1n,
        sum: quantity,
        min: quantity,
        max: quantity,
      })
      .onConflictDoNothing()
  })
}
