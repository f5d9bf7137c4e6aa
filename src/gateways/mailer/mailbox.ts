import { existsSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { sha256 } from '#src/kernel/canonical.ts'
import { composeMail } from './compose-mail.ts'
import type { Mailer, OutgoingMail } from './mailer.ts'

/** The file that a mail stands in: its day, its receiver for people's eyes, and a hash of its Message-ID. */
function mailFileName(mail: Pick<OutgoingMail, 'messageId' | 'dateIso' | 'to'>): string {
  const receiver = mail.to.address.replaceAll(/[^A-Za-z0-9.@_-]/g, '_').slice(0, 60)
  return `${mail.dateIso.slice(0, 10)}_${receiver}_${sha256(mail.messageId).slice(0, 16)}.eml`
}

/** Writes RFC 5322 files into `folder`. The same Message-ID is the same file: what is sent already stays as it is. */
export function mailboxMailer(folder: string): Mailer {
  return {
    name: 'mailbox',
    repeatable: true,
    send: async (mail) => {
      const path = join(folder, mailFileName(mail))
      if (existsSync(path)) return { kind: 'accepted', answer: 'written before' }
      const message = await composeMail(mail)
      await mkdir(folder, { recursive: true })
      // Written aside and renamed: a reader never sees half a mail, a kill leaves none behind under its name.
      const aside = join(folder, `.${randomUUID()}.tmp`)
      await writeFile(aside, message)
      await rename(aside, path)
      return { kind: 'accepted', answer: 'written' }
    },
  }
}
