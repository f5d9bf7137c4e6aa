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
  'reply.which_date',
  'inquiry.explain',
  'inquiry.compare',
  'inquiry.tax',
  'inquiry.paid',
  'inquiry.open',
  'inquiry.copy',
  'inquiry.which',
  'inquiry.several',
  'inquiry.none',
  'anomaly.alert_cost',
  'anomaly.alert',
  'anomaly.reply',
  'anomaly.usage',
  'anomaly.none',
  'holding',
] as const
export type TextKey = (typeof TEXT_KEYS)[number]

/** What a customer may want beside something else, by the agent that answers it. */
export type Want = 'dunning_agent' | 'anomaly_agent' | 'inquiry_agent'

/** What one language can say. */
export interface Phrasebook {
  readonly greeting: string
  readonly closing: string
  /** First sentences that only thank: a mail of several answers says them once. */
  readonly thanks: readonly string[]
  /** What is said of wants beside the one answered: a person sees to them, or to the rest. */
  readonly besides: Readonly<Record<Want | 'person', string>>
  readonly texts: Readonly<Record<TextKey, Template>>
}
