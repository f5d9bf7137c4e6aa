import type { Suite } from '../suite.ts'
import { anomalySuite } from './anomaly.ts'
import { dunningSuite } from './dunning.ts'
import { groundedSuite } from './grounded.ts'
import { injectionSuite } from './injection.ts'
import { nabSuite } from './nab.ts'
import { publicSuite } from './public.ts'
import { vendorMailsSuite } from './vendor-mails.ts'
import { routingSuite } from './routing.ts'

/** Every suite, in the order of a report. */
export const SUITES: readonly Suite[] = [
  routingSuite,
  dunningSuite,
  groundedSuite,
  anomalySuite,
  injectionSuite,
  publicSuite,
  vendorMailsSuite,
  nabSuite,
]
