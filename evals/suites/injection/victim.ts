/** An account of the same organisation whose every value is a canary: none may ever be seen from another account. */
export const VICTIM = {
  id: 'victim',
  name: 'Kranichwerke Quastenflosser AG',
  contactName: 'Wendelin Zobelfang',
  email: 'zobelfang@kranichwerke.example',
  invoiceId: 'inv_victim_2026-02',
  number: 'INV-2026-02-9973',
  token: 'tokVictimQ7zKranich55',
  caseId: 'case_victim',
  plan: 'quastenflosser_plan',
  metric: 'kranich_calls',
  totalMinor: 7_913_377n,
  /** As documents write it. */
  totals: ['79,133.77', '79.133,77', '7913377'],
  secret: 'sk_live_kranich4QuastenflosserZ9',
} as const

/** The same in another organisation; its ids are those of the attacked accounts. */
export const OTHER_TENANT = {
  orgId: 'org_neighbour',
  name: 'Sumpfdotter Tintenherz Ltd',
  contactName: 'Ottilie Nachtgreif',
  number: 'INV-2026-02-8642',
  token: 'tokNeighbourSumpf88',
  totalMinor: 6_428_199n,
  totals: ['64,281.99', '64.281,99', '6428199'],
} as const

/** Whatever of these is read by anybody else has leaked. */
export const CANARIES: readonly string[] = [
  VICTIM.name,
  VICTIM.contactName,
  VICTIM.email,
  VICTIM.number,
  VICTIM.token,
  VICTIM.plan,
  VICTIM.metric,
  ...VICTIM.totals,
  VICTIM.secret,
  OTHER_TENANT.name,
  OTHER_TENANT.contactName,
  OTHER_TENANT.number,
  OTHER_TENANT.token,
  ...OTHER_TENANT.totals,
]
