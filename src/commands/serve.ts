import { listen } from '#src/api.ts'
import { openHouse } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import { authenticateMail } from '#src/gateways/mailer/authenticate-mail.ts'
import { createLogger } from '#src/http/request-log.ts'
import { startSmtpListener } from '#src/inbox/smtp-listener.ts'

/** Resolves on SIGINT or SIGTERM. */
function asked(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}

function startUpLine(parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts)
    .map(([name, value]) => `${name}: ${value}`)
    .join(' · ')
}

/** `serve`: the HTTP API, and unless Redis carries jobs to other workers, the work too. */
export async function serve(config: Config): Promise<void> {
  const log = createLogger(config.logLevel)
  // Closed in reverse, also when what comes next cannot be opened.
  await using opened = new AsyncDisposableStack()
  const house = await openHouse(config, log)
  opened.defer(() => house.close())
  const server = await listen(house, config.port)
  opened.defer(() => server.close())
  if (config.inboundSmtpPort !== undefined) {
    const smtp = await startSmtpListener({
      system: house.system,
      log,
      port: config.inboundSmtpPort,
      authenticate: authenticateMail,
    })
    opened.defer(() => smtp.close())
  }
  if (config.redisUrl === undefined) {
    const loop = house.startWork()
    opened.defer(() => loop.stop())
  }
  process.stderr.write(
    `Tollkeeper on ${server.url} (API: ${server.url}/docs)\n${startUpLine(house.parts)}\n`,
  )
  await asked()
}

/** `worker`: jobs, roll-up and test clocks, without HTTP. */
export async function work(config: Config): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const house = await openHouse(config, createLogger(config.logLevel))
  opened.defer(() => house.close())
  const loop = house.startWork()
  opened.defer(() => loop.stop())
  process.stderr.write(`Tollkeeper worker\n${startUpLine(house.parts)}\n`)
  await asked()
}
