import { decideFile } from '#graph/decide.ts'
import { modelDeciderAlone } from '#graph/supervisor.ts'
import type { Config } from '#src/config.ts'
import { openAiModel } from '#src/gateways/model/openai.ts'
import { inFile, printJson, printLine, readInput } from './output.ts'

/** `decide STATE.json | STATES.jsonl`: guards, then the model where one is configured, then the offline rules. */
export async function decide({ openai }: Config, path: string): Promise<void> {
  const lines = path.endsWith('.jsonl')
  const model = openai
    ? modelDeciderAlone(openAiModel({ ...openai, random: Math.random }))
    : undefined
  const answers = await inFile(path, () => decideFile(readInput(path), lines, model))
  const [only] = answers
  if (!lines && only !== undefined) printJson(JSON.parse(only))
  else for (const answer of answers) printLine(answer)
}
