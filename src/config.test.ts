import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readConfig } from './config.ts'

it('needs nothing: every part has an embedded or local default', () => {
  expect(readConfig({})).toMatchObject({
    databaseUrl: undefined,
    stripe: undefined,
    port: 3000,
    home: '.tollkeeper',
  })
})

it('takes an empty value for an absent one, as .env files write it', () => {
  expect(readConfig({ DATABASE_URL: '', PORT: '', OPENAI_API_KEY: '' })).toEqual(readConfig({}))
})

it.each([
  [{ PORT: 'http' }, 'PORT'],
  [{ DATABASE_URL: 'mysql://localhost/tollkeeper' }, 'DATABASE_URL'],
  [{ REDIS_URL: 'localhost:6379' }, 'REDIS_URL'],
  [{ SMTP_URL: 'mail.example.com' }, 'SMTP_URL'],
  [{ PUBLIC_URL: 'not a url' }, 'PUBLIC_URL'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
  [{ STRIPE_SECRET_KEY: 'sk_live_x' }, 'STRIPE_WEBHOOK_SECRET'],
])('refuses %j and names the variable', (environment, path) => {
  expect(() => readConfig(environment)).toThrow(
    expect.objectContaining({ fields: [expect.objectContaining({ path })] }) as Error,
  )
})

it('reads every variable that .env.example offers, and offers every one it reads', () => {
  const offered = [...readFileSync('.env.example', 'utf8').matchAll(/^([A-Z_]+)=/gm)].map(
    ([, name]) => name,
  )
  const read = [...readFileSync('src/config.ts', 'utf8').matchAll(/^ {2}([A-Z_]+): /gm)].map(
    ([, name]) => name,
  )
  expect(new Set(offered)).toEqual(new Set(read))
})
