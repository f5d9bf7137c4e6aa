/** A mail's subject and text with `{{fact:key}}` placeholders. */
export interface Template {
  readonly subject: string
  readonly text: string
}

/** Every text the offline agents can write; `{{lines}}` stands for a list of facts that code puts in. */
export const TEXT_KEYS = [
  'dunning.first',
  'dunning.bank',
  'dunning.update_card',
  'dunning.confirm',
  'dunning.other_method',
  'dunning.generic',
  'dunning.reminder',
  'dunning.urgent',
  'dunning.suspended',
  'reply.update_card',
  'reply.promise',
  'reply.pause',
  'reply.confirm',
  'reply.suspended',
  'reply.nothing_open',
  'inquiry.explain',
  'inquiry.compare',
  'inquiry.tax',
  'inquiry.paid',
  'inquiry.open',
  'inquiry.copy',
  'inquiry.which',
  'inquiry.none',
  'anomaly.alert_cost',
  'anomaly.alert',
  'anomaly.reply',
  'anomaly.usage',
  'anomaly.none',
  'holding',
] as const
export type TextKey = (typeof TEXT_KEYS)[number]

/** What one language can say. */
export interface Phrasebook {
  readonly greeting: string
  readonly closing: string
  readonly texts: Readonly<Record<TextKey, Template>>
}
