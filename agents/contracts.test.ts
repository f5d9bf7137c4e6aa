import { describe, expect, it } from 'vitest'
import { ANOMALY_CONTRACT } from './anomaly/contract.ts'
import { DUNNING_CONTRACT, DUNNING_MAIL_CONTRACT } from './dunning/contract.ts'
import { INQUIRY_CONTRACT } from './inquiry/contract.ts'
import { promptNamed } from './prompt.ts'
import { DECISION_CONTRACT } from './supervisor-contract.ts'

const CONTRACTS = [
  DECISION_CONTRACT,
  DUNNING_CONTRACT,
  DUNNING_MAIL_CONTRACT,
  INQUIRY_CONTRACT,
  ANOMALY_CONTRACT,
]

/** Every object in a JSON schema, at any depth. */
function objectsIn(schema: unknown): Record<string, unknown>[] {
  if (schema === null || typeof schema !== 'object') return []
  const inside = Object.values(schema).flatMap(objectsIn)
  const self = schema as Record<string, unknown>
  return self['type'] === 'object' ? [self, ...inside] : inside
}

describe.each(CONTRACTS)('contract $name', ({ jsonSchema }) => {
  it('is strict at every depth and not empty', () => {
    const objects = objectsIn(jsonSchema)
    expect(objects.length).toBeGreaterThan(0)
    for (const object of objects) {
      const properties = Object.keys(object['properties'] as object)
      expect(properties.length).toBeGreaterThan(0)
      expect(object['required']).toEqual(properties)
      expect(object['additionalProperties']).toBe(false)
    }
  })
})

describe('the decision contract', () => {
  it('generates the reasoning before the route, from a closed list', () => {
    expect(Object.keys(DECISION_CONTRACT.jsonSchema['properties'] as object)).toEqual([
      'reasoning',
      'nextAgent',
    ])
    expect(DECISION_CONTRACT.schema.safeParse({ reasoning: '', nextAgent: 'refund' }).success).toBe(
      false,
    )
  })
})

describe('prompts', () => {
  it.each(['supervisor', 'dunning', 'inquiry', 'anomaly', 'repair', 'dunning-mail'] as const)(
    '%s has a version, a text and a hash',
    (name) => {
      expect(promptNamed(name)).toMatchObject({
        name,
        version: expect.stringMatching(/^\d+$/),
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      })
    },
  )
})
