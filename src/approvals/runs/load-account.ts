import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'

/** What routing needs to know about the account, from rows that stand now. */
export interface RoutingAccount {
  readonly stripeCustomerId: string | null
  readonly billingStatus: 'active' | 'payment_due' | 'payment_failed' | 'dunning' | 'suspended'
  readonly outstandingInvoices: readonly { id: string; amount: string; status: string }[]
  readonly disputeOpen: boolean
  /** The claimed escalation that a person has in hand, if there is one. */
  readonly claimedEscalationId: string | null
  readonly dunningState: string | null
  readonly runsInLast10Minutes: number
}

interface Row {
  provider_customer_id: string | null
  status: string | null
  outstanding: { id: string; amount: string; status: string; overdue: boolean }[] | null
  disputed: boolean
  claimed: string | null
  dunning_state: string | null
  runs: string | number
}

/** One statement; an unknown account has nothing open. `runId` is the run that asks: it does not count itself. */
export async function loadRoutingAccount(
  ctx: Ctx,
  customerId: string | null,
  runId: string,
): Promise<RoutingAccount> {
  const [row] = await rowsOf<Row>(ctx.db, routingQuery(ctx, customerId, runId))
  const outstanding = row?.outstanding ?? []
  return {
    stripeCustomerId: row?.provider_customer_id ?? null,
    billingStatus: billingStatusOf(
      row?.status ?? null,
      row?.dunning_state ?? null,
      outstanding.some((invoice) => invoice.overdue),
    ),
    outstandingInvoices: outstanding.map(({ id, amount, status }) => ({ id, amount, status })),
    disputeOpen: row?.disputed ?? false,
    claimedEscalationId: row?.claimed ?? null,
    dunningState: row?.dunning_state ?? null,
    runsInLast10Minutes: Number(row?.runs ?? 0),
  }
}

function routingQuery(ctx: Ctx, customerId: string | null, runId: string) {
  const now = ctx.now.toString()
  const { orgId } = ctx
  return sql`
    select c.provider_customer_id, c.status,
      (select jsonb_agg(jsonb_build_object('id', i.id, 'status', i.status,
          'amount', (i.total_minor - i.paid_minor - i.credited_minor)::text,
          'overdue', i.due_at < ${now}::timestamptz) order by i.id)
        from invoices i where i.org_id = ${orgId} and i.customer_id = me.id and i.status = 'finalized') as outstanding,
      exists (select 1 from disputes d where d.org_id = ${orgId} and d.customer_id = me.id
        and d.closed_at is null) as disputed,
      (select e.id from escalations e where e.org_id = ${orgId} and e.customer_id = me.id
        and e.status = 'claimed' order by e.created_at limit 1) as claimed,
      (select k.state from dunning_cases k where k.org_id = ${orgId} and k.customer_id = me.id
        and k.state <> 'recovered'
        order by array_position(array['issued', 'payment_attempted', 'retry_scheduled', 'reminder_sent',
          'urgent_notice', 'manual_review', 'final_notice', 'closed'], k.state) desc limit 1) as dunning_state,
      (select count(*) from agent_runs r where r.org_id = ${orgId} and r.customer_id = me.id
        and r.id <> ${runId} and r.created_at > ${now}::timestamptz - interval '10 minutes') as runs
    from (select ${customerId}::text as id) me
    left join customers c on c.org_id = ${orgId} and c.id = me.id`
}

const BEFORE_REMINDERS = ['issued', 'payment_attempted', 'retry_scheduled']

function billingStatusOf(
  accountStatus: string | null,
  dunningState: string | null,
  overdue: boolean,
): RoutingAccount['billingStatus'] {
  if (accountStatus === 'suspended') return 'suspended'
  if (dunningState !== null && dunningState !== 'closed')
    return BEFORE_REMINDERS.includes(dunningState) ? 'payment_failed' : 'dunning'
  return overdue ? 'payment_due' : 'active'
}
