/** A `tax.calculation` as Stripe prints it, for a net amount at one state's and one county's rate. */
export function calculationAnswer(
  netMinor: number,
  parts: readonly {
    readonly amount: number
    readonly percent?: string
    readonly reason?: string
    readonly level?: string
    readonly name?: string
    readonly country?: string
    readonly state?: string | null
  }[],
  changes: object = {},
): object {
  const tax = parts.reduce((sum, { amount }) => sum + amount, 0)
  return {
    id: 'taxcalc_1',
    object: 'tax.calculation',
    currency: 'usd',
    amount_total: netMinor + tax,
    tax_amount_exclusive: tax,
    tax_amount_inclusive: 0,
    expires_at: 1_780_000_000,
    livemode: false,
    line_items: {
      object: 'list',
      data: [
        {
          id: 'tax_li_1',
          object: 'tax.calculation_line_item',
          amount: netMinor,
          amount_tax: tax,
          tax_breakdown: parts.map((part) => ({
            amount: part.amount,
            taxable_amount: part.amount === 0 ? 0 : netMinor,
            taxability_reason: part.reason ?? 'standard_rated',
            sourcing: 'destination',
            jurisdiction: {
              country: part.country ?? 'US',
              state: part.state === undefined ? 'WA' : part.state,
              level: part.level ?? 'state',
              display_name: part.name ?? 'Washington',
            },
            tax_rate_details:
              part.percent === undefined
                ? null
                : { percentage_decimal: part.percent, tax_type: 'sales_tax', display_name: 'Tax' },
          })),
        },
      ],
    },
    ...changes,
  }
}
