import { hashOf } from './canonical.ts'
import { AppError } from './errors.ts'

/**
 * What a verb that moves money would do, as plain data, and the hash by which its commit can demand just that
 * (REQUIREMENTS I9). Effects hold neither ids that are yet to be made nor the present time: both change without
 * anything that matters having changed.
 */
export interface Preview<Effects> {
  readonly effects: Effects
  readonly hash: string
}

/** The preview twin's answer: load and decide as the commit does, then this instead of writing. */
export function previewOf<Effects>(effects: Effects): Preview<Effects> {
  return { effects, hash: hashOf(effects) }
}

/**
 * Every commit that takes an `expectedHash` asks here, after its own load and decide and before it writes.
 * @throws conflict when what would be done is not what was looked at; a commit without expectation always passes.
 */
export function requireExpected(
  expectedHash: string | undefined,
  hash: string,
  what: string,
): void {
  if (expectedHash !== undefined && expectedHash !== hash)
    throw new AppError('conflict', `${what} differs from the preview: look at it again`)
}
