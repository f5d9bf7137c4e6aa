/** One mail, ready to go. `messageId` is derived from the thing, so a repeat is recognisably the same mail. */
export interface OutgoingMail {
  readonly messageId: string
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string | null
  readonly inReplyTo: string | null
  readonly references: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly attachments: readonly {
    readonly fileName: string
    readonly contentType: string
    readonly content: string | Uint8Array
  }[]
  readonly dateIso: string
}

/** Sends by SMTP, or writes .eml files into a local mailbox. Sending the same messageId twice is one file locally. */
export interface Mailer {
  readonly name: 'smtp' | 'mailbox'
  send(mail: OutgoingMail): Promise<void>
}
