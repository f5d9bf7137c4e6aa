import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#src/kernel/errors.ts'

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/**
 * Takes the embedded database's folder for this process: two writers would destroy it.
 * A lock left by a killed process is taken over.
 * @returns the function that gives the folder back.
 * @throws conflict naming the process that has it.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'lock')
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      return () => rmSync(path, { force: true })
    } catch {
      const holder = Number.parseInt(readFileSync(path, 'utf8'), 10)
      if (Number.isInteger(holder) && holder !== process.pid && isAlive(holder))
        throw new AppError(
          'conflict',
          `${folder} is open in process ${holder}. Stop it, or set DATABASE_URL to share a PostgreSQL.`,
        )
      rmSync(path, { force: true })
    }
  }
  throw new AppError('conflict', `${folder} could not be locked`)
}
