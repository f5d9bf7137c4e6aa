import type { Phrasebook } from './keys.ts'

export const ENGLISH: Phrasebook = {
  greeting: 'Hello {{fact:contact.name}},',
  closing: 'Kind regards\n{{fact:seller.name}}',
  thanks: ['Thank you for writing.', 'Thank you for telling us.'],
  besides: {
    dunning_agent: 'The same goes for your question about the payment.',
    anomaly_agent: 'The same goes for your question about your usage.',
    inquiry_agent: 'The same goes for your question about the invoice.',
    person: 'A colleague answers the rest of your message personally.',
  },
  texts: {
    'dunning.first': {
      subject: 'Your payment for invoice {{fact:invoice.number}} did not go through',
      text: 'The payment of {{fact:invoice.open}} for invoice {{fact:invoice.number}} did not go through. This happens, and there is nothing you need to do right now: we will try again. If you would rather use another card, you can change it here:\n{{fact:invoice.link}}',
    },
    'dunning.bank': {
      subject: 'Your payment for invoice {{fact:invoice.number}} did not go through',
      text: 'Your bank did not accept the payment of {{fact:invoice.open}} for invoice {{fact:invoice.number}} and gave no reason. Please ask your bank, or use another card here:\n{{fact:invoice.link}}',
    },
    'dunning.update_card': {
      subject: 'Please update your card for invoice {{fact:invoice.number}}',
      text: 'The payment of {{fact:invoice.open}} for invoice {{fact:invoice.number}} did not go through because the card details need to be updated. You can enter a current card here; the payment then goes through by itself:\n{{fact:invoice.link}}',
    },
    'dunning.confirm': {
      subject: 'Your payment for invoice {{fact:invoice.number}} needs your confirmation',
      text: 'Your bank asks you to confirm the payment of {{fact:invoice.open}} for invoice {{fact:invoice.number}}. Please open this page and follow the steps of your bank:\n{{fact:payment.confirm_link}}',
    },
    'dunning.other_method': {
      subject: 'Please choose another way to pay invoice {{fact:invoice.number}}',
      text: 'The payment of {{fact:invoice.open}} for invoice {{fact:invoice.number}} cannot be made with the card on file. Please choose another card or another way to pay here:\n{{fact:invoice.link}}',
    },
    'dunning.generic': {
      subject: 'Your payment for invoice {{fact:invoice.number}} did not go through',
      text: 'The payment of {{fact:invoice.open}} for invoice {{fact:invoice.number}} did not go through. Please use another card here:\n{{fact:invoice.link}}',
    },
    'dunning.reminder': {
      subject: 'Reminder: invoice {{fact:invoice.number}} is still open',
      text: 'Perhaps it slipped your attention: {{fact:invoice.open}} of invoice {{fact:invoice.number}} is still open. You can pay or update your card here:\n{{fact:invoice.link}}\n\nIf you have paid already, please ignore this mail. If something keeps you from paying, just answer it.',
    },
    'dunning.urgent': {
      subject: 'Please act: invoice {{fact:invoice.number}} is overdue',
      text: 'We have not been able to collect {{fact:invoice.open}} for invoice {{fact:invoice.number}}. Please pay now with one click:\n{{fact:invoice.link}}\n\nIf the amount stays open, your access may be limited. If you need more time, please answer this mail and name a date.',
    },
    'dunning.suspended': {
      subject: 'Your access is limited until invoice {{fact:invoice.number}} is paid',
      text: 'Invoice {{fact:invoice.number}} over {{fact:invoice.open}} is still open, so your access is limited for now. It comes back as soon as the payment arrives:\n{{fact:invoice.link}}\n\nIf you would like to talk to a person, just answer this mail.',
    },
    'reply.update_card': {
      subject: 'How to update your card',
      text: 'Thank you for writing. {{fact:invoice.open}} of invoice {{fact:invoice.number}} is open. You can pay it or enter another card here; after that the payment goes through by itself:\n{{fact:invoice.link}}',
    },
    'reply.promise': {
      subject: 'Your payment date is noted',
      text: 'Thank you for telling us. We have noted that {{fact:invoice.open}} of invoice {{fact:invoice.number}} will be paid by {{fact:promise.date}}. Until then you will not hear from us about it. You can pay here at any time:\n{{fact:invoice.link}}',
    },
    'reply.pause': {
      subject: 'A little more time for your invoice',
      text: 'Thank you for telling us. We pause our reminders for invoice {{fact:invoice.number}} until {{fact:pause.until}}. {{fact:invoice.open}} is open; you can pay here at any time:\n{{fact:invoice.link}}\n\nIf you can name a date on which you will pay, please answer this mail.',
    },
    'reply.confirm': {
      subject: 'Your payment needs your confirmation',
      text: 'Your bank asks you to confirm the payment of {{fact:invoice.open}} for invoice {{fact:invoice.number}}. Please open this page and follow the steps of your bank:\n{{fact:payment.confirm_link}}',
    },
    'reply.suspended': {
      subject: 'Why your access is limited',
      text: 'Your access is limited because {{fact:invoice.open}} of invoice {{fact:invoice.number}}, due on {{fact:invoice.due}}, is still open. It comes back as soon as the payment arrives. You can pay or enter another card here:\n{{fact:invoice.link}}',
    },
    'reply.nothing_open': {
      subject: 'Nothing is open on your account',
      text: 'Thank you for writing. We looked at your account: no invoice is open at the moment, and no payment is waiting. If you meant something else, please tell us which invoice or payment you are asking about.',
    },
    'reply.which_date': {
      subject: 'On which day will you pay?',
      text: 'Thank you for telling us. We could not tell on which day {{fact:invoice.open}} of invoice {{fact:invoice.number}} will be paid. Please answer with the exact day, the month in words. You can pay here at any time:\n{{fact:invoice.link}}',
    },
    'inquiry.explain': {
      subject: 'Your invoice {{fact:invoice.number}} explained',
      text: 'Invoice {{fact:invoice.number}} is for {{fact:invoice.period}}. It is made up of:\n\n{{lines}}\n\nSubtotal: {{fact:invoice.subtotal}}\nTax: {{fact:invoice.tax}}\nTotal: {{fact:invoice.total}}\nOpen: {{fact:invoice.open}}, due on {{fact:invoice.due}}\n\nThe invoice online: {{fact:invoice.link}}',
    },
    'inquiry.compare': {
      subject: 'Your invoice {{fact:invoice.number}} compared with the one before',
      text: 'Invoice {{fact:invoice.number}} for {{fact:invoice.period}} comes to {{fact:invoice.total}}. The invoice before, {{fact:previous.number}} for {{fact:previous.period}}, came to {{fact:previous.total}}: a difference of {{fact:change.total}}. It comes from:\n\n{{lines}}\n\nThe invoice online: {{fact:invoice.link}}',
    },
    'inquiry.tax': {
      subject: 'The tax on your invoice {{fact:invoice.number}}',
      text: 'On the subtotal of {{fact:invoice.subtotal}} of invoice {{fact:invoice.number}} this tax was charged:\n\n{{lines}}\n\nTax in all: {{fact:invoice.tax}}, total: {{fact:invoice.total}}. Rate and country follow from the address and tax ID on the invoice:\n{{fact:invoice.link}}\n\nOpen: {{fact:invoice.open}}, due on {{fact:invoice.due}}.',
    },
    'inquiry.paid': {
      subject: 'Invoice {{fact:invoice.number}} is paid',
      text: 'Invoice {{fact:invoice.number}} over {{fact:invoice.total}} is paid: we have received {{fact:invoice.paid}}. Nothing is open on it. The invoice online: {{fact:invoice.link}}',
    },
    'inquiry.open': {
      subject: 'How invoice {{fact:invoice.number}} stands',
      text: 'Invoice {{fact:invoice.number}} comes to {{fact:invoice.total}}. So far we have received {{fact:invoice.paid}}; {{fact:invoice.open}} is open and due on {{fact:invoice.due}}. You can see and pay it here:\n{{fact:invoice.link}}',
    },
    'inquiry.copy': {
      subject: 'Your invoice {{fact:invoice.number}}',
      text: 'Here is invoice {{fact:invoice.number}} for {{fact:invoice.period}} over {{fact:invoice.total}}. You will find it attached, and online at any time:\n{{fact:invoice.link}}',
    },
    'inquiry.which': {
      subject: 'Which invoice do you mean?',
      text: 'Thank you for writing. We could not find the invoice you name on your account. These are your latest ones:\n\n{{lines}}\n\nPlease tell us which one you mean.',
    },
    'inquiry.several': {
      subject: 'Which invoice do you mean?',
      text: 'Thank you for writing. Several invoices of your account fit what you describe:\n\n{{lines}}\n\nPlease tell us which one you mean.',
    },
    'inquiry.none': {
      subject: 'No invoice has been issued yet',
      text: 'Thank you for writing. No invoice has been issued on your account {{fact:account.name}} so far. If you expected one, please tell us for which month.',
    },
    'anomaly.alert_cost': {
      subject: 'Unusual usage of {{fact:usage.metric}}',
      text: 'Since {{fact:usage.since}} your usage of {{fact:usage.metric}} is far from what we are used to: {{fact:usage.observed}} instead of about {{fact:usage.expected}}, {{fact:usage.factor}} times as much. It has cost {{fact:usage.cost_so_far}} in this billing period so far, before tax; at the pace so far it comes to {{fact:usage.cost_projected}} by its end.\n\n{{lines}}\n\nIf you expect this, there is nothing to do. If not, please check your keys and jobs and answer this mail.',
    },
    'anomaly.alert': {
      subject: 'Unusual usage of {{fact:usage.metric}}',
      text: 'Since {{fact:usage.since}} your usage of {{fact:usage.metric}} is far from what we are used to: {{fact:usage.observed}} instead of about {{fact:usage.expected}}, {{fact:usage.factor}} times as much.\n\n{{lines}}\n\nIf you expect this, there is nothing to do. If not, please check your keys and jobs and answer this mail.',
    },
    'anomaly.reply': {
      subject: 'Where your usage of {{fact:usage.metric}} comes from',
      text: 'Thank you for writing. We looked at what was recorded: since {{fact:usage.since}} your usage of {{fact:usage.metric}} was {{fact:usage.observed}} instead of about {{fact:usage.expected}}, {{fact:usage.factor}} times as much.\n\n{{lines}}\n\nPlease check whether one of your own jobs or keys is behind it. If it is not, answer this mail and a colleague will look at it with you.',
    },
    'anomaly.usage': {
      subject: 'Your usage of {{fact:usage.metric}}',
      text: 'Thank you for writing. This is what was recorded for {{fact:usage.metric}}: {{fact:usage.month_to_date}} this month so far, {{fact:usage.last_month}} in the whole month before. We see no unusual jump.\n\n{{lines}}\n\nIf these figures do not match yours, please send us yours and a colleague will compare them.',
    },
    'anomaly.none': {
      subject: 'Your usage',
      text: 'Thank you for writing. No usage has been recorded on your account in the last weeks. Please tell us which metric and which days you mean.',
    },
    holding: {
      subject: 'We have received your message',
      text: 'Thank you for writing. A colleague looks at your message personally and will answer you.',
    },
  },
}
