import { expect, it } from 'vitest'
import type { Ctx } from '#db/context.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { changeAccountStatus } from '#src/customers/change-account-status.ts'
import { createCustomer } from '#src/customers/create-customer.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { AppError } from '#src/kernel/errors.ts'
import { Temporal } from '#src/kernel/time.ts'
import { addAddon } from './add-addon.ts'
import { advanceSubscription } from './advance-subscription.ts'
import { cancelSubscription } from './cancel-subscription.ts'
import { changePlan } from './change-plan.ts'
import { listSubscriptions, lockSubscription, planAt } from './load-subscription.ts'
import { currentPricingVersion, pricingDocument } from './pricing-documents.ts'
import { publishPricing } from './publish-pricing.ts'
import { subscribe } from './subscribe.ts'

const pricing = (version: string, effectiveDate: string, price = '0.10') => `
version: "${version}"
effectiveDate: "${effectiveDate}"
meteringWindow: monthly
roundingRule: nearest
tiers:
  - { id: api, basePrice: ${price}, currency: EUR }
  - { id: pro, basePrice: 49, currency: EUR, trialDays: 14 }
  - { id: us, basePrice: 49, currency: USD }
addons:
  - { id: support, price: 99 }
`

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'accepted'
  } catch (error) {
    return error instanceof AppError ? error.code : String(error)
  }
}

describeOnDatabases('subscriptions', (world) => {
  const inOrg = <T>(work: (ctx: Ctx) => Promise<T>, at?: string) =>
    world().scope('org_test', at).transact(work)

  it('publishes a version once: the same content is the same answer, other content a conflict', async () => {
    const text = pricing('v1', '2026-01-01T00:00:00Z')
    const first = await inOrg((ctx) => publishPricing(ctx, text))
    expect(await inOrg((ctx) => publishPricing(ctx, `# a comment\n${text}`))).toEqual(first)
    expect(
      await codeOf(
        inOrg((ctx) => publishPricing(ctx, pricing('v1', '2026-01-01T00:00:00Z', '0.2'))),
      ),
    ).toBe('conflict')
    await inOrg((ctx) => publishPricing(ctx, pricing('v2', '2027-01-01T00:00:00Z')))
    expect(await inOrg((ctx) => currentPricingVersion(ctx))).toBe('v1')
    const document = await inOrg((ctx) => pricingDocument(ctx, 'v1'))
    expect(document.tiers[0]?.basePrice).toBe(100_000_000_000n)
    expect(await codeOf(inOrg((ctx) => pricingDocument(ctx, 'v9')))).toBe('not_found')
  })

  it('subscribes once per id and stays on its pricing version', async () => {
    await inOrg((ctx) => createCustomer(ctx, { id: '1', name: 'A', currency: 'EUR' }))
    const input = {
      id: 'sub_1',
      customerId: '1',
      planId: 'api',
      startedAt: '2026-02-01T00:00:00+01:00',
      addons: [{ addonId: 'support' }],
    }
    const made = await inOrg((ctx) => subscribe(ctx, input))
    expect(made).toMatchObject({ pricingVersion: 'v1', anchorDay: 1, status: 'active' })
    const later = '2027-02-01T00:00:00Z'
    expect(await inOrg((ctx) => subscribe(ctx, input), later)).toEqual(made)
    expect(await codeOf(inOrg((ctx) => subscribe(ctx, { ...input, anchorDay: 5 })))).toBe(
      'conflict',
    )
    const { addons } = await inOrg((ctx) => listSubscriptions(ctx, { limit: 10, customerId: '1' }))
    expect(addons.map(({ addonId, quantity }) => [addonId, quantity])).toEqual([
      ['support', 1_000_000_000_000n],
    ])
  })

  it.each([
    ['a plan that the document has not', { planId: 'nope' }],
    ['a plan in another currency', { planId: 'us' }],
    ['an add-on that the document has not', { addons: [{ addonId: 'nope' }] }],
    ['an anchor day that no month has', { anchorDay: 32 }],
  ])('refuses %s', async (_what, change) => {
    const input = { customerId: '1', planId: 'api', ...change }
    expect(await codeOf(inOrg((ctx) => subscribe(ctx, input)))).toBe('invalid_input')
  })

  it('changes the plan from an instant on, once per instant', async () => {
    const change = { subscriptionId: 'sub_1', planId: 'pro', at: '2026-02-15T09:00:00Z' }
    const first = await inOrg((ctx) => changePlan(ctx, change))
    expect(await inOrg((ctx) => changePlan(ctx, change))).toEqual(first)
    expect(await codeOf(inOrg((ctx) => changePlan(ctx, { ...change, planId: 'api' })))).toBe(
      'conflict',
    )
    expect(
      await codeOf(inOrg((ctx) => changePlan(ctx, { ...change, at: '2026-01-15T09:00:00Z' }))),
    ).toBe('invalid_input')
    const plans = await inOrg(async (ctx) => {
      const subscription = await lockSubscription(ctx, 'sub_1')
      const at = (text: string) => planAt(ctx, subscription, Temporal.Instant.from(text))
      return [await at('2026-02-15T08:59:59Z'), await at('2026-02-15T09:00:00Z')]
    })
    expect(plans.map(({ planId }) => planId)).toEqual(['api', 'pro'])
  })

  it('books an add-on once per id', async () => {
    const booking = { id: 'b1', subscriptionId: 'sub_1', addonId: 'support', quantity: '2.5' }
    const first = await inOrg((ctx) => addAddon(ctx, booking))
    expect(await inOrg((ctx) => addAddon(ctx, booking))).toEqual(first)
    expect(await codeOf(inOrg((ctx) => addAddon(ctx, { ...booking, quantity: '3' })))).toBe(
      'conflict',
    )
  })

  it('ends a trial at its instant, and the account becomes active', async () => {
    await inOrg((ctx) =>
      createCustomer(ctx, { id: '2', name: 'B', currency: 'EUR', status: 'trial' }),
    )
    const made = await inOrg((ctx) =>
      subscribe(ctx, { id: 'sub_2', customerId: '2', planId: 'pro' }),
    )
    expect(made.status).toBe('trialing')
    const advance = (at: string) =>
      inOrg((ctx) => advanceSubscription(ctx, { subscriptionId: 'sub_2' }), at)
    await advance('2026-03-14T00:00:00Z')
    expect((await inOrg((ctx) => loadCustomer(ctx, '2'))).status).toBe('trial')
    await advance('2026-03-15T00:00:00Z')
    await advance('2026-03-15T00:00:00Z')
    expect((await inOrg((ctx) => loadCustomer(ctx, '2'))).status).toBe('active')
  })

  it('cancels once, now or ahead', async () => {
    const cancel = (at: string) =>
      inOrg((ctx) => cancelSubscription(ctx, { subscriptionId: 'sub_2', at }))
    const first = await cancel('2026-04-01T00:00:00Z')
    expect(first.status).toBe('active')
    expect(await cancel('2026-05-01T00:00:00Z')).toMatchObject({ canceledAt: first.canceledAt })
    await inOrg(
      (ctx) => advanceSubscription(ctx, { subscriptionId: 'sub_2' }),
      '2026-04-01T00:00:00Z',
    )
    const ended = await inOrg((ctx) => lockSubscription(ctx, 'sub_2'))
    expect(ended.status).toBe('canceled')
    const late = { subscriptionId: 'sub_2', planId: 'api', at: '2026-04-02T00:00:00Z' }
    expect(await codeOf(inOrg((ctx) => changePlan(ctx, late)))).toBe('invalid_input')
  })

  it('brings a churned account back, and refuses a suspended one', async () => {
    await inOrg((ctx) => createCustomer(ctx, { id: '3', name: 'C', currency: 'EUR' }))
    const to = (status: 'suspended' | 'churned') =>
      inOrg((ctx) => changeAccountStatus(ctx, { customerId: '3', to: status, cause: 'test' }))
    await to('suspended')
    const again = () => inOrg((ctx) => subscribe(ctx, { customerId: '3', planId: 'api' }))
    expect(await codeOf(again())).toBe('refused')
    await to('churned')
    await again()
    expect((await inOrg((ctx) => loadCustomer(ctx, '3'))).status).toBe('active')
  })
})
