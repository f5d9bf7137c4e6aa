import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import type { CheckResult } from '#src/kernel/check.ts'

/** Who points at whom: (table, column) → table. Ids are unique within an organisation, so a reference that is not found
 * in the organisation itself points outside it. */
const REFERENCES = [
  ['contacts', 'customer_id', 'customers'],
  ['subscriptions', 'customer_id', 'customers'],
  ['subscription_changes', 'subscription_id', 'subscriptions'],
  ['subscription_addons', 'subscription_id', 'subscriptions'],
  ['invoices', 'customer_id', 'customers'],
  ['invoices', 'subscription_id', 'subscriptions'],
  ['invoice_lines', 'invoice_id', 'invoices'],
  ['invoice_taxes', 'invoice_id', 'invoices'],
  ['invoice_items', 'customer_id', 'customers'],
  ['invoice_items', 'invoice_id', 'invoices'],
  ['coupon_redemptions', 'coupon_id', 'coupons'],
  ['coupon_redemptions', 'customer_id', 'customers'],
  ['coupon_redemptions', 'subscription_id', 'subscriptions'],
  ['coupon_applications', 'redemption_id', 'coupon_redemptions'],
  ['coupon_applications', 'invoice_id', 'invoices'],
  ['credit_notes', 'invoice_id', 'invoices'],
  ['late_usage', 'subscription_id', 'subscriptions'],
  ['usage_adjustments', 'subscription_id', 'subscriptions'],
  ['usage_adjustments', 'original_id', 'invoices'],
  ['usage_adjustments', 'invoice_id', 'invoices'],
  ['credit_grants', 'customer_id', 'customers'],
  ['credit_grants', 'invoice_id', 'invoices'],
  ['credit_movements', 'grant_id', 'credit_grants'],
  ['credit_movements', 'invoice_id', 'invoices'],
  ['credit_reservations', 'invoice_id', 'invoices'],
  ['credit_reservations', 'grant_id', 'credit_grants'],
  ['credit_purchases', 'customer_id', 'customers'],
  ['credit_purchases', 'invoice_id', 'invoices'],
  ['credit_top_ups', 'customer_id', 'customers'],
  ['payments', 'invoice_id', 'invoices'],
  ['payments', 'customer_id', 'customers'],
  ['payment_methods', 'customer_id', 'customers'],
  ['refunds', 'payment_id', 'payments'],
  ['bank_transactions', 'invoice_id', 'invoices'],
  ['dunning_cases', 'invoice_id', 'invoices'],
  ['dunning_cases', 'customer_id', 'customers'],
  ['messages', 'customer_id', 'customers'],
  ['messages', 'thread_id', 'threads'],
  ['messages', 'dunning_case_id', 'dunning_cases'],
  ['agent_runs', 'customer_id', 'customers'],
  ['escalations', 'customer_id', 'customers'],
  ['ledger_entries', 'transaction_id', 'ledger_transactions'],
  ['ledger_entries', 'customer_id', 'customers'],
  ['ledger_entries', 'invoice_id', 'invoices'],
] as const

/** I7: no row of this tenant points to another's. */
export async function checkTenantReferences(ctx: Pick<Ctx, 'db' | 'orgId'>): Promise<CheckResult> {
  const problems: string[] = []
  for (const [table, column, target] of REFERENCES) {
    const rows = await rowsOf<{ ref: string }>(
      ctx.db,
      sql`select distinct s.${sql.identifier(column)} as ref from ${sql.identifier(table)} s
          where s.org_id = ${ctx.orgId} and s.${sql.identifier(column)} is not null
            and not exists (select 1 from ${sql.identifier(target)} t
              where t.org_id = s.org_id and t.id = s.${sql.identifier(column)}) limit 3`,
    )
    for (const { ref } of rows)
      problems.push(
        `${table}.${column} points to ${ref}, which is none of this organisation's ${target}`,
      )
  }
  return { ok: problems.length === 0, problems }
}
