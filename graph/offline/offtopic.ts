import type { Concept, Hits } from './concepts.ts'
import type { Sentence } from './sentences.ts'

/**
 * A request that has nothing of billing in it ("explain photosynthesis"), as planted after an
 * honest question. Only what is plainly a task is taken for one: it starts like a command or a
 * question and speaks of several things, none of which billing has a word for. A command counts
 * by itself; a question only where the classifier does not read it as somebody's business here.
 */
export function offTopicRequest(
  { words, isQuestion }: Sentence,
  hits: Hits,
): 'command' | 'question' | null {
  if (words.length < 4) return null
  const isTask = TASKS.has(words[0] ?? '') || TASKS.has(words[1] ?? '')
  const isAsked = isQuestion && QUESTIONS.has(words[0] ?? '')
  if (!isTask && !isAsked) return null
  if (DOMAIN.some((concept) => hits.has(concept))) return null
  const things = words.filter((word) => word.length > 2 && !SMALL_WORDS.has(word))
  const isAboutThem = words.some((word) => PRONOUNS.has(word))
  const isNeverBilling = NEVER_BILLING.has(words[0] ?? '') || NEVER_BILLING.has(words[1] ?? '')
  const fewest = isNeverBilling ? 1 : isAboutThem ? 4 : isTask ? 1 : 2
  if (things.length < fewest) return null
  return isTask ? 'command' : 'question'
}

const DOMAIN: readonly Concept[] = [
  'invoice',
  'charge',
  'bankTransfer',
  'exchangeRate',
  'price',
  'tax',
  'detail',
  'plan',
  'card',
  'payment',
  'usage',
  'account',
  'refund',
  'surprise',
  'due',
  'cap',
  'source',
  'ipTraffic',
  'suspended',
  'late',
  'moreTime',
  'pending',
  'fail',
]

const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/u))

const TASKS = words(
  'write compose draft describe translate summarize summarise explain discuss outline create generate develop invent print repeat teach recommend suggest imagine solve provide list define break illustrate craft design produce',
)
const NEVER_BILLING = words(
  'translate compose draft print repeat summarize summarise invent imagine',
)
const QUESTIONS = words('what whats who whos how where when why which can could do does is are')
const PRONOUNS = words('i me my we us our you your this that it these those them')
const SMALL_WORDS = words(
  'the and you your yours our ours that this these those with from for are was were have has had can could would should will not what when where which who why how does did there their they them then than some any all also just please kindly tell know help need want like look into check about here more much very still been being its his her him she let get got make made take give see say said mean means work works working time thing things something anything nothing happen happened happens going thought everything alright well fine now right wrong way back team hello thanks thank two one three first last next today tomorrow yesterday week month year day days sentence sentences issue problem question questions possible able sure best long short again ever out off over only other another same different lot bit quick quickly soon else really actually currently exactly detail details explain write list provide describe suggest recommend show',
)
