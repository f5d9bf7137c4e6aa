import { hasSpacedLetters, normalise } from './normalise.ts'

/**
 * Signs of an instruction to the system that lie in the characters rather than in the words:
 * markup of model dialogues, names only our own machinery uses, encoded text, letters pulled
 * apart. Words are the business of the lexicon.
 */
export function hasPlantedMarkup(text: string): boolean {
  return (
    MARKUP.test(text) ||
    OWN_NAMES.test(text) ||
    ROLE_LINE.test(text) ||
    hasSpacedLetters(text.toLowerCase()) ||
    hasEncodedText(text) ||
    RUN_TOGETHER.test(normalise(text).replace(/[^a-z]+/gu, ''))
  )
}

/** Whatever separates the words (nothing, dots, underscores), the order itself stays the same. */
const RUN_TOGETHER =
  /(?:ignor|disregard|forget|overrid|bypass)(?:e|es|ing)?(?:all|any|each|every|of|the|your|my|these|those|previous|prior|above|earlier|former|preceding|existing|given){0,5}(?:instruction|guideline|directive|prompt|systemmessage|safetyrule|rules)/u
const MARKUP =
  /<\/?\s*(?:system|assistant|user|instructions?|prompt|tool|admin)\b[^>]{0,80}>|\[\/?\s*(?:inst|system|sys)\s*\]|<<\/?sys>>|<\|[a-z_]{2,30}\|>|<!--|\{\{[^}]{1,80}\}\}|^#{2,}\s*(?:system|instruction|assistant)/imu
const OWN_NAMES =
  /next_?agent|human_escalation|(?:dunning|inquiry|anomaly)_agent|tool_calls?|function_call|reason_?code|system[ _-]prompt/iu
const ROLE_LINE = /^[ \t]{0,20}(?:system|assistant|developer)\s*:/imu

function hasEncodedText(text: string): boolean {
  for (const [run] of text.matchAll(/(?<![\w/+.-])[A-Za-z0-9+/]{24,4000}={0,2}(?![\w/+])/gu)) {
    const decoded = Buffer.from(run, 'base64').toString('latin1')
    const readable = decoded.replace(/[^\x20-\x7e\n]/gu, '').length
    if (decoded.includes(' ') && readable >= decoded.length * 0.95) return true
  }
  return false
}
