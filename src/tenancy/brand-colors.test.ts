import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { brandColors } from './brand-colors.ts'

const rgb = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`)

/** After WCAG 2.2, written again: an independent judge. */
function contrastOf(a: string, b: string): number {
  const light = (hex: string) =>
    [1, 3, 5]
      .map((from) => Number.parseInt(hex.slice(from, from + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4)))
      .reduce((sum, part, index) => sum + part * ([0.2126, 0.7152, 0.0722][index] ?? 0), 0)
  const both = [light(a), light(b)].sort((x, y) => y - x)
  return ((both[0] ?? 0) + 0.05) / ((both[1] ?? 0) + 0.05)
}

it('makes any colour readable where it is text, and text readable on it', () => {
  fc.assert(
    fc.property(rgb, (hex) => {
      const { area, onArea, text, textOnDark } = brandColors(hex)
      expect(area).toBe(hex)
      expect(contrastOf(text, '#f5f7f9')).toBeGreaterThanOrEqual(4.5)
      expect(contrastOf(text, '#ffffff')).toBeGreaterThanOrEqual(4.5)
      expect(contrastOf(textOnDark, '#181e27')).toBeGreaterThanOrEqual(4.5)
      // White or near black: the better of the two is never below what large text needs.
      expect(contrastOf(onArea, area)).toBeGreaterThanOrEqual(3)
    }),
  )
})

it('leaves a colour alone that is readable already, and takes nothing for one that is none', () => {
  expect(brandColors('#1F3A5F').text).toBe('#1f3a5f')
  expect(brandColors('red}</style>').area).toBe('#1f3a5f')
})
