import type { WantSource } from '../wants.ts'

/** Usage that surprises, its source and its limits (ROUTING_POLICY §2, row 3). */
export const ANOMALY_WANTS: readonly WantSource[] = [
  {
    want: 'usage is not as expected',
    weight: 2,
    when: [
      'usage~surprise',
      'ipTraffic surprise &usage',
      'surprise why &usage',
      'usage why !charge !invoice !price', 'usage chart',
    ],
  },
  { want: 'says the usage is not theirs', weight: 2, when: ['usage notOurs', 'notOurs &usage'] },
  {
    want: 'asks where usage came from',
    weight: 2,
    when: ['usage source', 'ipTraffic source &usage', 'source surprise'],
  },
  { want: 'wants to cap usage', weight: 2, when: ['usage cap', 'cap &usage wish', 'cap &usage ?'] },
]
