import { writeFileSync } from 'node:fs'
import { WEIGHTS_FILE } from '../classifier/weights.ts'
import { trainedWeights } from './train.ts'

const bytes = trainedWeights()
writeFileSync(WEIGHTS_FILE, bytes)
process.stderr.write(`weights.bin: ${bytes.length} bytes\n`)
