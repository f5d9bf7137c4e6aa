import { expect, it } from 'vitest'
import { csvLine } from './csv.ts'

it.each([
  [['a', 1, 2n, null], 'a,1,2,'],
  [['a,b', 'say "no"', 'two\nlines'], '"a,b","say ""no""","two\nlines"'],
  [['-12.50', '-1+1', '=A1', '+x', '@y'], "-12.50,'-1+1,'=A1,'+x,'@y"],
])('%o is %j, and no formula', (cells, line) => {
  expect(csvLine(cells)).toBe(`${line}\r\n`)
})
