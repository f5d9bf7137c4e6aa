import { expect, it } from 'vitest'
import { may, PERMISSIONS, ROLES, type Resource } from './roles.ts'

const RESOURCES = Object.keys(PERMISSIONS) as Resource[]

it('lets the owner do everything that anybody may do', () => {
  const refused = RESOURCES.flatMap((resource) =>
    (['read', 'write'] as const)
      .filter((action) => ROLES.some((role) => may(role, resource, action)))
      .filter((action) => !may('owner', resource, action)),
  )
  expect(refused).toEqual([])
})

it('lets a viewer change nothing, and see neither keys nor the audit trail', () => {
  expect(RESOURCES.filter((resource) => may('viewer', resource, 'write'))).toEqual([])
  expect(may('viewer', 'keys', 'read')).toBe(false)
  expect(may('viewer', 'audit', 'read')).toBe(false)
})

it('keeps money and answers to customers from developers', () => {
  const money = ['invoices', 'payments', 'dunning', 'escalations', 'pricing'] as const
  expect(money.filter((resource) => may('developer', resource, 'write'))).toEqual([])
})

it('refuses an action that the table does not name', () => {
  expect(ROLES.some((role) => may(role, 'audit', 'write'))).toBe(false)
})

it('lets a key that lies with a mail provider hand over mail and nothing else', () => {
  const allowed = RESOURCES.flatMap((resource) =>
    (['read', 'write'] as const)
      .filter((action) => may('mail', resource, action))
      .map((action) => `${resource} ${action}`),
  )
  expect(allowed).toEqual(['inboundMail write'])
})
