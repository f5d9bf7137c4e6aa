// What the second rater reads: the same JSON that `rate` is given, as it was written.

export interface Tier {
  readonly upTo: string | null
  readonly unitPrice?: string
  readonly rate?: string
  readonly flatPrice?: string
}

export interface ChargeJson {
  readonly metric: string
  readonly model: string
  readonly aggregation?: string
  readonly aggregationProperty?: string
  readonly percentile?: string
  readonly percentileMethod?: string
  readonly weightedInterval?: string
  readonly filter?: Readonly<Record<string, readonly string[]>>
  readonly groupBy?: readonly string[]
  readonly bucket?: string
  readonly freeUnits?: string
  readonly minimum?: string
  readonly maximum?: string
  readonly zeroUsageBillsFirstFlat?: boolean
  readonly tiers?: readonly Tier[]
  readonly unitPrice?: string
  readonly packageSize?: string
  readonly packagePrice?: string
  readonly rate?: string
  readonly fixedPerEvent?: string
  readonly minPerEvent?: string
  readonly maxPerEvent?: string
  readonly freeEvents?: string
  readonly freeAmount?: string
  readonly prices?: readonly {
    readonly when: Readonly<Record<string, string>>
    readonly unitPrice: string
  }[]
  readonly otherwise?: string
}

export interface AddOnJson {
  readonly id: string
  readonly price: string
  readonly perUnit?: boolean
}

export interface PlanJson {
  readonly id: string
  readonly basePrice: string
  readonly currency: string
  readonly includedUsage: Readonly<Record<string, string>>
  readonly overageRates: Readonly<Record<string, string>>
  readonly charges: readonly ChargeJson[]
  readonly addons: readonly AddOnJson[]
  readonly trialDays?: string
  readonly trialUsage?: string
  readonly minimum?: string
  readonly maximum?: string
  readonly commitment?: { readonly amount: string; readonly overageFactor?: string }
}

export interface DocumentJson {
  readonly roundingRule: 'ceil' | 'floor' | 'nearest'
  readonly proration: 'day' | 'second' | 'fixed30' | 'none'
  readonly planChangeDay: 'new_plan' | 'old_plan'
  readonly tiers: readonly PlanJson[]
  readonly addons: readonly AddOnJson[]
}

export interface EventJson {
  readonly metric: string
  readonly timestamp: string
  readonly quantity: string
  readonly properties: Readonly<Record<string, string>>
}

export interface UsageJson {
  readonly plan: string
  readonly period: { readonly start: string; readonly end: string }
  readonly customer: { readonly country: string; readonly timeZone: string }
  readonly usage: Readonly<Record<string, string>>
  readonly events: readonly EventJson[]
  readonly addons: readonly {
    readonly id: string
    readonly quantity: string
    readonly from?: string
    readonly to?: string
  }[]
  readonly changes: readonly { readonly at: string; readonly plan: string }[]
  readonly startedAt?: string
  readonly canceledAt?: string
}
