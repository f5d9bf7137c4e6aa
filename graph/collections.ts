import type { Ctx } from '#db/context.ts'
import { AppError } from '#src/kernel/errors.ts'

export async function retry(
  _ctx: Ctx,
  _input: { invoiceId: string; at: string; key: string },
): Promise<string> {
  throw new AppError('refused', 'collections')
}
export async function pause(
  _ctx: Ctx,
  _input: { customerId: string; until: string; key: string },
): Promise<string> {
  throw new AppError('refused', 'collections')
}
export async function promise(
  _ctx: Ctx,
  _input: { customerId: string; date: string; key: string },
): Promise<string> {
  throw new AppError('refused', 'collections')
}
export async function freeze(
  _ctx: Ctx,
  _input: { customerId: string; reason: string },
): Promise<string> {
  throw new AppError('refused', 'collections')
}
