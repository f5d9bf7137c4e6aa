import type { WantSource } from '../wants.ts'

/** What only a person answers (ROUTING_POLICY §2, last row and the lines below the table). */
export const HUMAN_WANTS: readonly WantSource[] = [
  {
    want: 'instructs the system',
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
  { want: 'asks for a person', when: ['person^'] },
  {
    want: 'asks for money back (demand)',
    when: ['insistRefund^ !refundRules', 'demandRefund^ !refundRules !trackRefund'],
  },
  {
    want: 'seems to ask for money back',
    when: [
      'giveBack^ !refundRules !trackRefund',
      'refund^ wish !rules !granted',
      'refund^ !rules !granted !understand',
      'refund^ short !refundRules !trackRefund !granted',
    ],
  },
  {
    want: 'asks for a credit, discount or write-off',
    when: ['concession^ wish', 'indemnity^', 'concession short !detail'],
  },
  { want: 'disputes the debt', when: ['dispute'] },
  { want: 'speaks of legal steps', when: ['legal'] },
  { want: 'speaks of an authority or the press', when: ['regulator'] },
  {
    want: 'is in hardship',
    when: [
      'hardship^',
      'cannotPay long !card !fail !link !threeDs !date',
      // A headline "cannot pay" above "the bank declined it" is about the card.
      'cannotPay !card !fail !link !threeDs !date !&declined',
      'death',
    ],
  },
  { want: 'makes a data-protection request', when: ['privacy wish', 'privacy short'] },
  { want: 'names fraud or a leaked key', when: ['fraud^'] },
  { want: 'insults or threatens a person', when: ['abuse', 'threat'] },
  {
    want: 'wants to cancel',
    // A card that was cancelled is replaced, not the contract ended.
    when: [
      'cancelDemand^',
      'cancel^ !cancelRules !card',
      'cancel^ !cancelRules wish',
      'cancel^ !cancelRules contract',
      'cancel^ !cancelRules account',
    ],
  },
  {
    want: 'wants contract or master data changed',
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
  { want: 'wants no more mail', when: ['stop'] },
  { want: 'is sales or machine mail', when: ['spam'] },
  { want: 'asks about other customers', when: ['others'] },
]
