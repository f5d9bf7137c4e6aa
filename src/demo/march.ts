import { SUPPORT_EMAIL, giveCard } from './set-up.ts'
import type { ApiClient } from './api-client.ts'
import type { DemoClock } from './clock.ts'
import { demoMails } from './mails.ts'
import type { Step } from './progress.ts'
import { bankStatement } from './statement.ts'

/** The evening of a day, after quiet hours have ended everywhere Acme has customers. */
const evening = (day: number) => `2026-03-${String(day).padStart(2, '0')}T18:00:00Z`

interface CardRow {
  readonly customerId: string
  readonly token: string
}

/** Something that happens at Acme in March; doing it again changes nothing. */
interface Happening {
  readonly at: string
  readonly what: string
  run(api: ApiClient): Promise<unknown>
}

/** What the cardholder's bank does from now on: simulated, so it goes to the sandbox. */
async function moneyArrives(api: ApiClient, { customerId, token }: CardRow): Promise<void> {
  // The first card, by the idempotency key it was given with.
  const cardId = await giveCard(api, customerId, token, 'first')
  await api.post(`/api/sandbox/cards/${cardId}`, { behaviour: 'succeeds' })
}

function happenings(): Happening[] {
  const mails = demoMails(SUPPORT_EMAIL).map((mail) => ({
    at: mail.at,
    what: `a mail arrives: ${mail.name}`,
    run: (api: ApiClient) =>
      api.postText('/webhooks/email', mail.raw, 'message/rfc822', {
        'x-authentication-results': mail.authentication,
      }),
  }))
  const insufficient = 'pm_card_chargeDeclinedInsufficientFunds'
  const generic = 'pm_card_chargeDeclined'
  const all: Happening[] = [
    ...mails,
    {
      at: '2026-03-03T15:00:00Z',
      what: 'account 1012 puts a new card on file',
      run: (api) => giveCard(api, '1012', 'pm_card_visa', 'second'),
    },
    {
      at: '2026-03-03T16:00:00Z',
      what: 'money arrives on two accounts',
      run: async (api) => {
        await moneyArrives(api, { customerId: '1032', token: insufficient })
        await moneyArrives(api, { customerId: '1155', token: insufficient })
      },
    },
    { at: evening(4), what: 'day 3', run: async () => {} },
    {
      at: '2026-03-06T12:00:00Z',
      what: 'the support team works its queue',
      run: answerEscalations,
    },
    {
      at: '2026-03-07T12:00:00Z',
      what: 'the bank of account 1087 lets payments through',
      run: (api) => moneyArrives(api, { customerId: '1087', token: generic }),
    },
    { at: evening(8), what: 'day 7', run: async () => {} },
    {
      at: '2026-03-10T09:00:00Z',
      what: 'the bank statement is imported',
      run: async (api) =>
        api.postText('/api/bank-statements', await bankStatement(api), 'text/csv'),
    },
    { at: evening(15), what: 'day 14', run: async () => {} },
  ]
  return all.sort((a, b) => (a.at < b.at ? -1 : 1))
}

interface Escalation {
  readonly id: string
  readonly customerId: string | null
  readonly status: string
}

/** Lena claims two cases: she approves what was drafted for one, and writes her own words for the other. */
async function answerEscalations(api: ApiClient): Promise<void> {
  const open = await api.list<Escalation>('/api/escalations')
  const take = async (customerId: string, answer: Record<string, string>) => {
    const found = open.find((row) => row.customerId === customerId && row.status === 'open')
    if (!found) return
    await api.post(`/api/escalations/${found.id}/claim`, {})
    await api.post(`/api/escalations/${found.id}/answer`, answer)
  }
  await take('1034', { decision: 'approve' })
  await take('1020', {
    decision: 'edit',
    text: 'Hello,\n\nthank you for your message. I am looking at the two incidents with our engineers and will come back to you with our answer.\n\nLena Petersen, Acme API',
  })
}

/** The first half of March: failed cards, mails, the queue, the bank statement, the days 3, 7 and 14. */
export async function liveThroughMarch(
  api: ApiClient,
  clock: DemoClock,
  step: Step,
): Promise<void> {
  const all = happenings()
  for (const [index, happening] of all.entries()) {
    const next = all[index + 1]
    // The clock has gone on from here: it was done in an earlier run.
    const lived =
      next !== undefined && (await clock.isPast(happening.at)) && (await clock.isPast(next.at))
    if (!lived) {
      await clock.reach(happening.at)
      await happening.run(api)
      await clock.settle()
    }
    step.at(index + 1, all.length)
  }
}
