// npm leaves a platform's binary out of package-lock.json when the registry at hand does not carry it, and `npm ci` then
// refuses the whole lock. This puts those entries back, without a hash. Run after `npm install`:
//   node .ci/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs'

const path = process.argv[2] ?? 'package-lock.json'
const SYSTEMS = ['darwin', 'linux', 'win32', 'android', 'freebsd', 'openharmony']
const PROCESSORS = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x']

/** Folders a package at `where` looks for its dependencies in, nearest first. */
function* foldersAbove(where) {
  for (
    let at = where;
    at !== '';
    at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))
  )
    yield `${at}/node_modules/`
  yield 'node_modules/'
}

function platformOf(name) {
  const parts = name.split('/').at(-1).split('-')
  const os = SYSTEMS.find((system) => parts.includes(system))
  const cpu = PROCESSORS.find((processor) => parts.includes(processor))
  if (!os || !cpu) throw new Error(`${name}: for which platform is it?`)
  const libc = parts.includes('musl') ? 'musl' : parts.includes('gnu') ? 'glibc' : null
  return { os, cpu, libc: os === 'linux' ? libc : null }
}

const lock = JSON.parse(readFileSync(path, 'utf8'))
for (const [where, parent] of Object.entries(lock.packages))
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if ([...foldersAbove(where)].some((folder) => lock.packages[folder + name])) continue
    const { os, cpu, libc } = platformOf(name)
    lock.packages[`node_modules/${name}`] = {
      version: version.replace(/^[\^~]/, ''),
      cpu: [cpu],
      ...(parent.dev ? { dev: true } : {}),
      ...(libc ? { libc: [libc] } : {}),
      optional: true,
      os: [os],
    }
    process.stderr.write(`added ${name}\n`)
  }
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) =>
    a === '' ? -1 : b === '' ? 1 : a.localeCompare(b, 'en'),
  ),
)
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
