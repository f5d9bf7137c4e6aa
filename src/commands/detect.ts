import { detectCsv } from '#src/metering/detector.ts'
import { inFile, printJson, readInput } from './output.ts'

/** `detect SERIES.csv`: each score computed from earlier rows only (DESIGN §5). */
export async function detect(path: string): Promise<void> {
  printJson(await inFile(path, () => detectCsv(readInput(path))))
}
