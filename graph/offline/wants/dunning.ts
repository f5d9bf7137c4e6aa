import type { WantSource } from '../wants.ts'

/** A payment that does not go through, and payers who need time (ROUTING_POLICY §2, row 2). */
export const DUNNING_WANTS: readonly WantSource[] = [
  {
    want: 'says that a card or payment does not go through',
    when: [
      'card~fail',
      'payment~fail',
      'threeDs',
      'declined &card',
      'declined &payment',
      'card~use not !billed',
      'payment~use not !billed',
      'money~fail',
      'bankTransfer~fail &invoice',
      'bankTransfer~fail behind',
      'pending &card',
      'pending~payment',
      'pending~card',
      'fail short behind',
      'card~cap !usage',
    ],
  },
  {
    want: 'wants to update the card',
    when: ['card~expire', 'card~renew !money', 'card onFile'],
  },
  { want: 'needs a payment link or another try', when: ['link'] },
  {
    want: 'asks for more time',
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
    when: ['promise date', 'promise behind', 'payment date behind !ask'],
  },
  {
    want: 'offers part payment',
    when: ['partly payment', 'partly invoice', 'partly behind', 'partly short'],
  },
  {
    want: 'asks about the suspension',
    when: ['suspended behind'],
  },
]
