/** An invoice a transfer may pay. Paid ones are there to recognise a second payment. */
export interface Payable {
  readonly id: string
  readonly number: string | null
  readonly paymentReference: string
  readonly currency: string
  readonly dueMinor: bigint
  readonly open: boolean
  readonly customerName: string
}

interface Transfer {
  readonly currency: string
  readonly amountMinor: bigint
  readonly payer: string
  readonly reference: string
}

/** What a line of a statement is: `score` 0..1 says how sure, `explanation` why. */
export interface TransferMatch {
  readonly status: 'matched' | 'review' | 'ignored'
  readonly invoiceId: string | null
  readonly score: number
  readonly explanation: string
}

/** Invoices by normalized reference and number, and by what is due; `notePayment` keeps it true within a file. */
export interface PayableIndex {
  readonly payables: Map<string, Payable>
  readonly idByText: ReadonlyMap<string, string>
  readonly lengths: readonly number[]
  readonly idsByAmount: Map<string, string[]>
}

const LEGAL_FORMS = new Set(
  'GMBH AG KG OHG UG SE EV GBR LTD LIMITED LLC INC CORP CO PLC SA SAS SARL SRL SPA BV NV OY AB AS APS SPZOO SL LDA KFT MBH UND AND THE'.split(
    ' ',
  ),
)

/** Upper case without accents; "ß" as "SS", "Ü" as "UE" in both spellings banks use. */
function plain(text: string): string {
  return text
    .toUpperCase()
    .replace(/Ä/g, 'AE')
    .replace(/Ö/g, 'OE')
    .replace(/Ü/g, 'UE')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
}

function compact(text: string): string {
  return plain(text).replace(/[^A-Z0-9]/g, '')
}

export function indexPayables(payables: readonly Payable[]): PayableIndex {
  const idByText = new Map<string, string>()
  for (const payable of payables)
    for (const text of [payable.paymentReference, payable.number ?? ''])
      if (compact(text).length >= 4) idByText.set(compact(text), payable.id)
  const index: PayableIndex = {
    payables: new Map(payables.map((payable) => [payable.id, payable])),
    idByText,
    lengths: [...new Set([...idByText.keys()].map((text) => text.length))].sort((a, b) => b - a),
    idsByAmount: new Map(),
  }
  for (const payable of payables) noteAmount(index, payable)
  return index
}

function noteAmount(index: PayableIndex, payable: Payable): void {
  if (!payable.open) return
  const key = `${payable.currency}${payable.dueMinor}`
  index.idsByAmount.set(key, [...(index.idsByAmount.get(key) ?? []), payable.id])
}

/** A line of the file was booked: the next line sees what is left to pay. */
export function notePayment(index: PayableIndex, invoiceId: string, amountMinor: bigint): void {
  const paid = index.payables.get(invoiceId)
  if (!paid) return
  const dueMinor = paid.dueMinor > amountMinor ? paid.dueMinor - amountMinor : 0n
  const left = { ...paid, dueMinor, open: dueMinor > 0n }
  index.payables.set(invoiceId, left)
  noteAmount(index, left)
}

/** The invoices a text names, however it is spaced or cased; digits that run on mean another number. */
function namedIn(text: string, index: PayableIndex): Payable[] {
  const source = plain(text)
  const kept = Array.from(source).flatMap((char, at) =>
    /[A-Z0-9]/.test(char) ? [{ char, at }] : [],
  )
  const joined = kept.map(({ char }) => char).join('')
  const runsOn = (left: number, right: number): boolean => {
    const [a, b] = [kept[left], kept[right]]
    return (
      a !== undefined &&
      b !== undefined &&
      b.at === a.at + 1 &&
      /\d/.test(a.char) &&
      /\d/.test(b.char)
    )
  }
  const found = new Set<Payable>()
  for (const length of index.lengths)
    for (let start = 0; start + length <= joined.length; start += 1) {
      const id = index.idByText.get(joined.slice(start, start + length))
      const payable = id === undefined ? undefined : index.payables.get(id)
      if (payable && !runsOn(start - 1, start) && !runsOn(start + length - 1, start + length))
        found.add(payable)
    }
  return [...found]
}

function words(name: string): Set<string> {
  return new Set(
    plain(name)
      .split(/[^A-Z0-9]+/)
      .filter((word) => word.length > 1 && !LEGAL_FORMS.has(word)),
  )
}

/** Share of words two names have in common, 0..1, legal forms aside. */
export function nameSimilarity(a: string, b: string): number {
  const [left, right] = [words(a), words(b)]
  if (left.size === 0 || right.size === 0) return 0
  const common = [...left].filter((word) => right.has(word)).length
  return (2 * common) / (left.size + right.size)
}

const SURE = 0.9

/** What a transfer pays: by reference, else by amount and name; the uncertain goes to a person. */
export function matchTransfer(line: Transfer, index: PayableIndex): TransferMatch {
  if (line.amountMinor <= 0n)
    return { status: 'ignored', invoiceId: null, score: 1, explanation: 'money out, not a payment' }
  const named = namedIn(`${line.reference} `, index)
  const [only] = named
  if (named.length === 1 && only) return matchNamed(line, only)
  if (named.length > 1)
    return {
      status: 'review',
      invoiceId: null,
      score: 0.5,
      explanation: `names ${named.length} invoices: ${named.map(({ number }) => number).join(', ')}`,
    }
  return matchByAmountAndName(line, index)
}

function matchNamed(line: Transfer, payable: Payable): TransferMatch {
  const name = payable.number ?? payable.id
  const review = (score: number, explanation: string): TransferMatch => ({
    status: 'review',
    invoiceId: payable.id,
    score,
    explanation,
  })
  if (line.currency !== payable.currency)
    return review(0.5, `names ${name}, but in ${line.currency} instead of ${payable.currency}`)
  if (!payable.open) return review(0.5, `names ${name}, which is settled: probably paid twice`)
  const matched = (score: number, how: string): TransferMatch => ({
    status: 'matched',
    invoiceId: payable.id,
    score,
    explanation: `names ${name}; ${how}`,
  })
  if (line.amountMinor === payable.dueMinor) return matched(1, 'the amount is what is due')
  return line.amountMinor < payable.dueMinor
    ? matched(0.95, 'pays a part of what is due')
    : matched(0.95, 'pays more than is due: the rest becomes credit')
}

function matchByAmountAndName(line: Transfer, index: PayableIndex): TransferMatch {
  const ids = index.idsByAmount.get(`${line.currency}${line.amountMinor}`) ?? []
  const candidates = ids
    .flatMap((id) => index.payables.get(id) ?? [])
    .filter((payable) => payable.open && payable.dueMinor === line.amountMinor)
    .map((payable) => ({ payable, similarity: nameSimilarity(line.payer, payable.customerName) }))
    .sort((a, b) => b.similarity - a.similarity || (a.payable.id < b.payable.id ? -1 : 1))
  const [best, second] = candidates
  if (!best)
    return {
      status: 'review',
      invoiceId: null,
      score: 0,
      explanation: 'names no invoice, and no open invoice has this amount',
    }
  const score = Math.round((0.5 + 0.5 * best.similarity) * 100) / 100
  const alone = !second || second.similarity < best.similarity - 0.3
  const why = `no reference; the amount is due on ${best.payable.number ?? best.payable.id}, the names agree by ${Math.round(best.similarity * 100)} %`
  return score >= SURE && alone
    ? { status: 'matched', invoiceId: best.payable.id, score, explanation: why }
    : {
        status: 'review',
        invoiceId: best.payable.id,
        score: alone ? score : Math.min(score, 0.6),
        explanation: alone ? why : `${why}, and other invoices fit as well`,
      }
}
