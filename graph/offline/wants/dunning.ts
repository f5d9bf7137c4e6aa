import type { WantSource } from '../wants.ts'

/** A payment that does not go through, and payers who need time (ROUTING_POLICY §2, row 2). */
export const DUNNING_WANTS: readonly WantSource[] = [
  {
    want: 'a card or payment does not go through',
    weight: 2,
    when: [
      'card~fail',
      'payment~fail',
      'threeDs',
      'declined &card',
      'declined &payment',
      'card~use not',
      'bankTransfer~fail &invoice',
      'bankTransfer~fail behind',
      'pending~charge', 'pending &card',
      'pending~payment',
      'pending~card',
      'fail short behind',
      'card~cap !usage',
    ],
  },
  {
    want: 'wants to update the card',
    weight: 2,
    when: ['card~expire', 'card~renew', 'card onFile'],
  },
  { want: 'needs a payment link or another try', weight: 2, when: ['link'] },
  {
    want: 'asks for more time',
    weight: 2,
    when: [
      'moreTime wish',
      'moreTime payment',
      'moreTime behind',
      'cannotPay date',
      'moreTime late',
    ],
  },
  {
    want: 'promises to pay',
    weight: 2,
    when: ['promise date', 'promise behind', 'payment date behind !ask'],
  },
  {
    want: 'offers part payment',
    weight: 2,
    when: ['partly payment', 'partly invoice', 'partly behind', 'partly short'],
  },
  {
    want: 'asks about the suspension',
    weight: 2,
    when: ['suspended behind'],
  },
]
