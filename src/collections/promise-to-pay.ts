import type { Ctx } from '#db/context.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { Temporal, type Instant } from '#src/kernel/time.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { lockCase } from './case-rows.ts'
import { pauseCase } from './pause-case.ts'

/**
 * Records the day a customer promises to pay by ("2026-03-14", in the customer's zone): dunning pauses through that
 * day and resumes on the next if the money has not come (REQUIREMENTS C4). The same promise twice is one.
 * @throws what pauseCase throws; invalid_input for a text that is no day.
 */
export async function promiseToPay(
  ctx: Ctx,
  input: { caseId: string; date: string },
): Promise<{ pausedUntil: Instant }> {
  const row = await lockCase(ctx, input.caseId)
  const { timeZone } = await loadCustomer(ctx, row.customerId)
  const pausedUntil = dayOf(input.date).add({ days: 1 }).toZonedDateTime(timeZone).toInstant()
  if (row.pausedUntil?.equals(pausedUntil)) return { pausedUntil }
  await pauseCase(ctx, {
    caseId: row.id,
    until: pausedUntil,
    reason: `the customer promises to pay by ${input.date}`,
  })
  await recordAudit(ctx, {
    action: 'dunning.promised',
    subject: { type: 'dunning_case', id: row.id },
    reason: `payment promised by ${input.date}`,
    data: { date: input.date },
  })
  return { pausedUntil }
}

function dayOf(text: string): Temporal.PlainDate {
  try {
    return Temporal.PlainDate.from(text)
  } catch {
    throw invalidField('date', `"${text.slice(0, 20)}" is not a day like 2026-03-14`)
  }
}
