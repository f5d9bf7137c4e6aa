import type { WantSource } from '../wants.ts'

/** Usage that surprises, its source and its limits (ROUTING_POLICY §2, row 3). */
export const ANOMALY_WANTS: readonly WantSource[] = [
  {
    want: 'says that usage is not as expected',
    when: [
      'usage~surprise',
      'ipTraffic surprise &usage',
      'surprise why &usage',
      'surprise &usage !charge !invoice !price !payment !card',
      'usage why !charge !invoice !price',
      'usage chart',
    ],
  },
  { want: 'says the usage is not theirs', when: ['usage notOurs', 'notOurs &usage'] },
  {
    want: 'asks where usage came from',
    when: ['usage source', 'ipTraffic source &usage', 'source surprise'],
  },
  { want: 'wants to cap usage', when: ['usage cap', 'cap &usage wish', 'cap &usage ?'] },
]
