/** One mail, ready to go. `messageId` is derived from the thing, so a repeat is recognisably the same mail. */
export interface OutgoingMail {
  readonly messageId: string
  readonly from: { readonly name: string; readonly address: string }
  readonly to: { readonly name: string; readonly address: string }
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

/**
 * What became of a mail. `later`: certainly not taken, may be tried again. `unknown`: handed over whole, but the
 * answer was lost; sending it again may send it twice.
 */
export interface SendOutcome {
  readonly kind: 'accepted' | 'refused' | 'later' | 'unknown'
  /** What the server said, or what happened instead. */
  readonly answer: string
}

/** Sends by SMTP, or writes .eml files into a local mailbox. Never throws for what a server says or fails to say. */
export interface Mailer {
  readonly name: 'smtp' | 'mailbox'
  /** Whether the same messageId twice is still one mail, so that a send cut short may simply be repeated. */
  readonly repeatable: boolean
  send(mail: OutgoingMail): Promise<SendOutcome>
}
