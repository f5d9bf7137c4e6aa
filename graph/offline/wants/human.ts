import type { WantSource } from '../wants.ts'

/** What only a person answers (ROUTING_POLICY §2, last row and the lines below the table). */
export const HUMAN_WANTS: readonly WantSource[] = [
  {
    want: 'instructs the system',
    weight: 4,
    when: [
      'override~orders',
      'machineAddress',
      'machine<',
      'machine override',
      'machine compose',
      'role',
      'replyOnly',
      'compose~answer',
      'compose< answer',
      'command',
    ],
  },
  { want: 'asks for a person', weight: 3, when: ['person^'] },
  {
    want: 'asks for money back (demand)',
    weight: 3,
    when: [
      'demandRefund^ !refundRules !trackRefund',
      'refund^ wish !rules !granted',
      'refund^ !rules !granted !understand',
      'refund^ short !refundRules !trackRefund !granted',
    ],
  },
  {
    want: 'asks for a credit, discount or write-off',
    weight: 3,
    when: ['concession^ wish', 'indemnity^', 'concession short !detail'],
  },
  { want: 'disputes the debt', weight: 3, when: ['dispute'] },
  { want: 'speaks of legal steps', weight: 3, when: ['legal'] },
  { want: 'speaks of an authority or the press', weight: 3, when: ['regulator'] },
  {
    want: 'is in hardship',
    weight: 3,
    when: ['hardship^', 'cannotPay !card !fail !link !threeDs !date', 'death'],
  },
  { want: 'makes a data-protection request', weight: 3, when: ['privacy wish', 'privacy short'] },
  { want: 'names fraud or a leaked key', weight: 3, when: ['fraud^'] },
  { want: 'insults or threatens a person', weight: 3, when: ['abuse', 'threat'] },
  {
    want: 'wants to cancel',
    weight: 3,
    when: ['cancelDemand^', 'cancel^ !cancelRules'],
  },
  {
    want: 'wants contract or master data changed',
    weight: 3,
    when: [
      'change~contract wish !card !method',
      'handOver~contract !card',
      'alter~invoice !due',
      'alter~charge !due',
      'change~masterData !card',
      'change~bank !card',
      'moved bank',
      'moved masterData',
      'moved invoice wish',
    ],
  },
  { want: 'wants no more mail', weight: 3, when: ['stop'] },
  { want: 'is sales or machine mail', weight: 3, when: ['spam'] },
  { want: 'asks about other customers', weight: 3, when: ['others'] },
]
