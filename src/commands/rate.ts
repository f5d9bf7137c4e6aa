import { calculatorTax } from '#src/invoicing/tax/calculator-tax.ts'
import { rateBatchLine } from '#src/pricing/batch.ts'
import { calculateParsed } from '#src/pricing/calculator.ts'
import { parsePricingDocument } from '#src/pricing/document.ts'
import { parseUsageInput } from '#src/pricing/usage-input.ts'
import { AppError } from '#src/kernel/errors.ts'
import { inFile, printJson, printLine, readInput } from './output.ts'

/** `rate PRICING.yaml USAGE.json`: the pure calculator (DESIGN §5). */
export async function rateFiles(pricingPath: string, usagePath: string): Promise<void> {
  const [pricing, usage] = [readInput(pricingPath), readInput(usagePath)]
  const document = parsePricingDocument(pricing, pricingPath)
  const result = await inFile(usagePath, () =>
    calculateParsed(document, parseUsageInput(usage, usagePath), calculatorTax),
  )
  for (const { metric, plan, quantity } of result.unrated ?? [])
    process.stderr.write(
      `warning: ${usagePath}: ${quantity} of "${metric}" is on no line: plan "${plan}" has no price for it\n`,
    )
  printJson(result)
}

/** `rate --batch CASES.jsonl`: an answer a line, in order; a bad line does not stop the others. */
export function rateBatch(path: string): void {
  const lines = readInput(path)
    .split('\n')
    .filter((line) => line.trim() !== '')
  if (lines.length === 0) throw new AppError('invalid_input', `${path}: no cases`)
  for (const line of lines) printLine(rateBatchLine(line, calculatorTax))
}
