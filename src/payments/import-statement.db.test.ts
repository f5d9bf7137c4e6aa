import { expect, it } from 'vitest'
import type { Scope } from '#db/context.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { assignBankTransaction } from './assign-bank-transaction.ts'
import { checkChargesAndCash } from './checks.ts'
import { importStatement } from './import-statement.ts'
import { addCustomer, addInvoice, bankRows, moneyState } from './testing/payment-world.ts'

describeOnDatabases('a bank statement', (world) => {
  let orgs = 0

  async function prepared(): Promise<Scope> {
    orgs += 1
    await world().addOrg(`org_bank_${orgs}`)
    const scope = world().scope(`org_bank_${orgs}`)
    for (const n of [1, 2, 3, 4]) {
      await addCustomer(scope, String(n), { collection: 'transfer', name: `Kunde Nord ${n}0 AG` })
      await addInvoice(scope, {
        id: `i${n}`,
        customerId: String(n),
        totalMinor: 10_000n,
        number: `INV-2026-02-000${n}`,
      })
    }
    return scope
  }

  const file = (...lines: string[]) =>
    ['Buchungstag;Name;Verwendungszweck;Betrag', ...lines].join('\n')
  const FILE = file(
    '02.03.2026;Kunde 1;INV-2026-02-0001;100,00',
    '02.03.2026;Kunde 2;inv 2026-02-0002 Teil 1;40,00',
    '03.03.2026;Kunde 2;inv 2026-02-0002 Rest;60,00',
    '03.03.2026;Kunde 3;INV-2026-02-0003;130,00',
    '03.03.2026;Kunde 1;INV-2026-02-0001;100,00',
    '04.03.2026;KUNDE NORD 40;danke;100,00',
    '04.03.2026;Fremder;Spende;17,00',
    '04.03.2026;Vermieter;Miete;-800,00',
  )
  const load = (scope: Scope, csv: string) => scope.transact((ctx) => importStatement(ctx, { csv }))

  it('pays in full, in parts and too much, and leaves the uncertain to a person', async () => {
    const scope = await prepared()
    expect(await load(scope, FILE)).toEqual({
      lines: 8,
      matched: 5,
      review: 2,
      ignored: 1,
      duplicates: 0,
    })
    const state = await scope.transact(moneyState)
    expect(state.invoices.every(({ status }) => status === 'paid')).toBe(true)
    expect(state.balances).toEqual([
      'cash:bank 43000 EUR',
      'customer_credit -3000 EUR',
      'revenue:usage -40000 EUR',
    ])
    expect(await scope.transact(checkChargesAndCash)).toEqual({ ok: true, problems: [] })
  })

  it('imported twice, alone or at once, is imported once', async () => {
    const scope = await prepared()
    await Promise.allSettled([load(scope, FILE), load(scope, FILE)])
    const after = await scope.transact(moneyState)
    expect(await load(scope, FILE)).toEqual({
      lines: 8,
      matched: 0,
      review: 0,
      ignored: 0,
      duplicates: 8,
    })
    expect(await scope.transact(moneyState)).toEqual(after)
    expect(after.payments).toHaveLength(5)
  })

  it('with a bad row writes nothing', async () => {
    const scope = await prepared()
    await expect(load(scope, `${FILE}\n99.03.2026;X;Y;1,00`)).rejects.toMatchObject({
      code: 'invalid_input',
      fields: [{ path: 'line 10, column date' }],
    })
    expect(await bankRows(scope)).toEqual([])
  })

  it('leaves a person to say, once, what a transfer in review pays', async () => {
    const scope = await prepared()
    await load(scope, file('04.03.2026;Fremder;ohne Angabe;25,00'))
    const [line] = await bankRows(scope)
    const decide = (invoiceId: string | null) =>
      scope.transact((ctx) => assignBankTransaction(ctx, { id: line?.id ?? '', invoiceId }))
    await expect(decide('nothing_of_the_kind')).rejects.toMatchObject({ code: 'not_found' })
    await decide('i4')
    await expect(
      scope.transact((ctx) => assignBankTransaction(ctx, { id: 'btx_none', invoiceId: 'i4' })),
    ).rejects.toMatchObject({ code: 'not_found' })
    await expect(decide('i3')).rejects.toMatchObject({ code: 'conflict' })
    expect((await scope.transact(moneyState)).invoices.at(-1)).toEqual({
      status: 'finalized',
      paidMinor: 2_500n,
    })
    expect(await bankRows(scope)).toMatchObject([{ status: 'matched', invoiceId: 'i4' }])
  })
})
