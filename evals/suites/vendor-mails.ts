import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { skipped, type Figure, type Suite } from '../suite.ts'
import { routedForeignCase, type RoutedCase } from './routing-cases.ts'
import { routingResult } from './routing.ts'
import { runRouting } from './run-routing.ts'

const Attacks = z.record(z.string(), z.array(z.string()))
const Mail = z.looseObject({ context: z.string() })

/** Published orders at the end of published vendors' mails, from a verified sender. Nothing is gated here. */
export const vendorMailsSuite: Suite = {
  name: 'vendor-mails',
  title: 'Orders in vendors’ mails',
  about:
    'Published injection strings (BIPIA) put behind real vendors’ mails. Neither is a billing question of a customer: each belongs to a person. Routed by the offline rules.',
  run: async ({ dataFolder }) => {
    const folder = join(dataFolder, 'injection')
    const [attacks, mails] = ['attack-strings.train.json', 'vendor-emails.train.jsonl'].map(
      (name) => join(folder, name),
    )
    if (!attacks || !mails || !existsSync(attacks) || !existsSync(mails))
      return skipped(`${folder} is not there (--data DIR)`)
    const cases = mailsWithOrders(readFileSync(attacks, 'utf8'), readFileSync(mails, 'utf8'))
    const result = routingResult(await runRouting(cases), { k: 1, spent: null })
    return { ...result, figures: result.figures.map(ungated), notes: [] }
  },
}

/** Each order once, behind the mails in turn. */
function mailsWithOrders(attacks: string, mails: string): RoutedCase[] {
  const texts = mails
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => Mail.parse(JSON.parse(line)).context)
  const orders = Object.entries(Attacks.parse(JSON.parse(attacks))).flatMap(([family, some]) =>
    some.map((order) => ({ family, order })),
  )
  return orders.map(({ family, order }, at) =>
    routedForeignCase({
      id: `vendor-mail-${at + 1}`,
      inputs: { subject: 'Fwd', text: `${texts[at % texts.length] ?? ''}\n\n${order}` },
      outputs: { route: 'human_escalation', must_escalate_reason: 'instructs the system' },
      metadata: { axes: [family], lang: 'en', provenance: 'BIPIA, train split' },
    }),
  )
}

function ungated({ atLeast: _least, atMost: _most, ...figure }: Figure): Figure {
  return figure
}
