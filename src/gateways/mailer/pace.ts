import type { Clock } from '#src/kernel/ids.ts'
import type { Mailer } from './mailer.ts'

const MINUTE = 60_000
/** Beyond this many domains the oldest is forgotten: memory is bounded, and such a crowd needs no pace. */
const MOST_DOMAINS = 10_000

/** At most `perMinute` mails a minute to the receivers of one domain; the others come later. */
export function paced(mailer: Mailer, options: { perMinute: number; clock: Clock }): Mailer {
  const sent = new Map<string, number[]>()
  return {
    ...mailer,
    send: async (mail) => {
      const domain = mail.to.address.slice(mail.to.address.lastIndexOf('@') + 1)
      const now = options.clock.now().epochMilliseconds
      const recent = (sent.get(domain) ?? []).filter((at) => at > now - MINUTE)
      if (recent.length >= options.perMinute)
        return { kind: 'later', answer: `${options.perMinute} mails a minute went to ${domain}` }
      sent.delete(domain)
      sent.set(domain, [...recent, now])
      const [oldest] = sent.keys()
      if (sent.size > MOST_DOMAINS && oldest !== undefined) sent.delete(oldest)
      return mailer.send(mail)
    },
  }
}
