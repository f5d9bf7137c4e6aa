import { and, desc, eq, lte } from 'drizzle-orm'
import { LRUCache } from 'lru-cache'
import type { Ctx } from '#db/context.ts'
import { pricingDocuments } from '#db/schema/customers.ts'
import { AppError } from '#src/kernel/errors.ts'
import { documentFromJson } from '#src/pricing/document.ts'
import type { PricingDocument } from '#src/pricing/shapes.ts'

type Reader = Pick<Ctx, 'db' | 'orgId'>

// Content-addressed, so an entry can never be wrong, only unused.
const parsedByHash = new LRUCache<string, PricingDocument>({ max: 200 })

/** A published document, parsed; kept by the hash of its content. @throws not_found */
export async function pricingDocument(ctx: Reader, version: string): Promise<PricingDocument> {
  const [head] = await ctx.db
    .select({ hash: pricingDocuments.hash })
    .from(pricingDocuments)
    .where(at(ctx, version))
  if (!head) throw new AppError('not_found', `no pricing document ${version}`)
  const known = parsedByHash.get(head.hash)
  if (known) return known
  const [row] = await ctx.db
    .select({ document: pricingDocuments.document })
    .from(pricingDocuments)
    .where(at(ctx, version))
  const document = documentFromJson(row?.document, `pricing document ${version}`)
  parsedByHash.set(head.hash, document)
  return document
}

/** The version new subscriptions get: the latest one in effect by now. @throws not_found when there is none. */
export async function currentPricingVersion(
  ctx: Pick<Ctx, 'db' | 'orgId' | 'now'>,
): Promise<string> {
  const [row] = await ctx.db
    .select({ version: pricingDocuments.version })
    .from(pricingDocuments)
    .where(and(eq(pricingDocuments.orgId, ctx.orgId), lte(pricingDocuments.effectiveDate, ctx.now)))
    .orderBy(
      desc(pricingDocuments.effectiveDate),
      desc(pricingDocuments.createdAt),
      desc(pricingDocuments.version),
    )
    .limit(1)
  if (!row)
    throw new AppError('not_found', 'no pricing document is in effect yet: publish one first')
  return row.version
}

export interface PublishedPricing {
  readonly version: string
  readonly effectiveDate: string
  readonly hash: string
  readonly publishedAt: string
}

/** Every published version, latest first. */
export async function listPricing(ctx: Reader): Promise<PublishedPricing[]> {
  const rows = await ctx.db
    .select({
      version: pricingDocuments.version,
      effectiveDate: pricingDocuments.effectiveDate,
      hash: pricingDocuments.hash,
      createdAt: pricingDocuments.createdAt,
    })
    .from(pricingDocuments)
    .where(eq(pricingDocuments.orgId, ctx.orgId))
    .orderBy(desc(pricingDocuments.effectiveDate), desc(pricingDocuments.createdAt))
  return rows.map(({ version, hash, ...times }) => ({
    version,
    effectiveDate: times.effectiveDate.toString(),
    hash,
    publishedAt: times.createdAt.toString(),
  }))
}

function at(ctx: Reader, version: string) {
  return and(eq(pricingDocuments.orgId, ctx.orgId), eq(pricingDocuments.version, version))
}
