import type { Ctx } from '#db/context.ts'
import { presentations } from '#db/schema/invoicing.ts'
import { hashOf } from '#src/kernel/canonical.ts'
import { OrgSettings } from '#src/tenancy/shapes.ts'

/** What documents show of the organisation's settings. */
const Presentation = OrgSettings.pick({
  paymentTermsDays: true,
  paymentInstructions: true,
  bank: true,
  banks: true,
  legal: true,
  footerText: true,
  brandColor: true,
  logo: true,
})

/** What an invoice was issued with; without it, what one would be issued with now. */
export function presentationOf(stored: unknown, settings: OrgSettings) {
  return Presentation.parse(stored ?? settings)
}

/** Keeps the settings of the day for the invoices that are finalized now. @returns its id, the same for the same content. */
export async function keepPresentation(ctx: Ctx, settings: OrgSettings): Promise<string> {
  const content = Presentation.parse(settings)
  const id = hashOf(content).slice(0, 32)
  await ctx.db
    .insert(presentations)
    .values({ orgId: ctx.orgId, id, content, createdAt: ctx.now })
    .onConflictDoNothing()
  return id
}
