import type { Gates } from '#src/approvals/gates.ts'
import type { TextGate } from '#src/approvals/gate-text.ts'

/** How many proposals each gate refused or put to a person, by its code or reason. */
export type Refusals = ReadonlyMap<string, number>

/** The same gates, counting what they hold back of what models wrote. */
export function recordingGates(gates: Gates): { gates: Gates; counts: () => Refusals } {
  const counts = new Map<string, number>()
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1)
  return {
    gates: {
      text: gates.text,
      names: async (ctx, customerId, text) => {
        const problems = await gates.names(ctx, customerId, text)
        if (problems.length > 0) count('text: another customer by name')
        return problems
      },
      judge: (keyed, context, text) => {
        const counting: TextGate = (said, options) => {
          const problems = text(said, options)
          if (options.author === 'model')
            for (const code of new Set(problems.map((problem) => problem.code)))
              count(`text: ${code}`)
          return problems
        }
        const verdict = gates.judge(keyed, context, counting)
        const isText = /^[a-z_]+: /u.test(verdict.reason)
        if (keyed.author === 'model' && verdict.verdict !== 'execute' && !isText)
          count(`${verdict.verdict}: ${verdict.reason}`)
        return verdict
      },
    },
    counts: () => counts,
  }
}
