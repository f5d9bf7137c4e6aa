import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { pricingDocuments } from '#db/schema/customers.ts'
import { hashOf } from '#src/kernel/canonical.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { documentToJson, parsePricingDocument } from '#src/pricing/document.ts'
import { recordAudit } from '#src/tenancy/audit.ts'

/**
 * Publishes a pricing document (P1) from YAML or JSON text under its own version. A published version never changes:
 * the same content again is the same answer, other content a conflict.
 * @throws invalid_input with path and line of each problem; conflict.
 */
export async function publishPricing(
  ctx: Ctx,
  text: string,
): Promise<{ version: string; hash: string }> {
  const parsed = parsePricingDocument(text)
  const document = documentToJson(parsed)
  const hash = hashOf(document)
  const { version } = parsed
  const inserted = await ctx.db
    .insert(pricingDocuments)
    .values({
      orgId: ctx.orgId,
      version,
      effectiveDate: parseInstant(parsed.effectiveDate, 'effectiveDate'),
      document,
      hash,
      createdAt: ctx.now,
    })
    .onConflictDoNothing()
    .returning({ hash: pricingDocuments.hash })
  if (inserted.length === 0) return sameContent(ctx, version, hash)
  await recordAudit(ctx, {
    action: 'pricing.published',
    subject: { type: 'pricing', id: version },
    reason: `in effect from ${parsed.effectiveDate}`,
    data: { hash, plans: parsed.tiers.map(({ id }) => id) },
  })
  return { version, hash }
}

async function sameContent(
  ctx: Ctx,
  version: string,
  hash: string,
): Promise<{ version: string; hash: string }> {
  const [row] = await ctx.db
    .select({ hash: pricingDocuments.hash })
    .from(pricingDocuments)
    .where(and(eq(pricingDocuments.orgId, ctx.orgId), eq(pricingDocuments.version, version)))
  if (row?.hash !== hash)
    throw new AppError(
      'conflict',
      `version ${version} is published with other content: give the new one its own version`,
    )
  return { version, hash }
}
