import { calculatorTax } from '#src/invoicing/tax/calculator-tax.ts'
import { rateBatchLine } from '#src/pricing/batch.ts'
import { calculate } from '#src/pricing/calculator.ts'
import { AppError } from '#src/kernel/errors.ts'
import { printJson, printLine, readInput } from './output.ts'

/** `rate PRICING.yaml USAGE.json`: the pure calculator (DESIGN §5). */
export function rateFiles(pricingPath: string, usagePath: string): void {
  const [pricing, usage] = [readInput(pricingPath), readInput(usagePath)]
  printJson(calculate(pricing, usage, calculatorTax, { pricing: pricingPath, usage: usagePath }))
}

/** `rate --batch CASES.jsonl`: an answer a line, in order; a bad line does not stop the others. */
export function rateBatch(path: string): void {
  const lines = readInput(path)
    .split('\n')
    .filter((line) => line.trim() !== '')
  if (lines.length === 0) throw new AppError('invalid_input', `${path}: no cases`)
  for (const line of lines) printLine(rateBatchLine(line, calculatorTax))
}
