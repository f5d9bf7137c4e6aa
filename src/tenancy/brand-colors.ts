/** Colours of a document made from the organisation's one, so that nothing on it is hard to read. */
export interface BrandColors {
  /** As given: for areas and rules. */
  readonly area: string
  /** For text on that area: white or near black. */
  readonly onArea: string
  /** For text on white and on the tint of boxes: the brand, darkened as far as it takes. */
  readonly text: string
  /** For text on the dark page. */
  readonly textOnDark: string
}

type Rgb = readonly [number, number, number]

const DEFAULT = '#1f3a5f'
const BLACK: Rgb = [0x1c, 0x24, 0x30]
const WHITE: Rgb = [255, 255, 255]
/** Boxes on a light page, and the page of the dark scheme: page.css and document.typ of invoicing have them too. */
const TINT: Rgb = [0xf5, 0xf7, 0xf9]
const DARK: Rgb = [0x18, 0x1e, 0x27]
/** WCAG 2.2, 1.4.3 (AA): text of normal size. */
const READABLE = 4.5

/** @param hex "#rrggbb"; anything else is taken for the default colour. */
export function brandColors(hex: string): BrandColors {
  const given = /^#[0-9a-f]{6}$/i.test(hex) ? hex.toLowerCase() : DEFAULT
  const color = rgbOf(given)
  return {
    area: given,
    onArea: hexOf(contrast(WHITE, color) >= contrast(BLACK, color) ? WHITE : BLACK),
    text: hexOf(towards(BLACK, color, TINT)),
    textOnDark: hexOf(towards(WHITE, color, DARK)),
  }
}

/** The colour, mixed with as little of `other` as makes it readable on `ground`. */
function towards(other: Rgb, color: Rgb, ground: Rgb): Rgb {
  for (let step = 0; step < 20; step += 1) {
    const mixed = mix(color, other, step / 20)
    if (contrast(mixed, ground) >= READABLE) return mixed
  }
  return other
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const part = (index: 0 | 1 | 2) => Math.round(a[index] + (b[index] - a[index]) * share)
  return [part(0), part(1), part(2)]
}

/** Contrast ratio of WCAG 2.2: 1 to 21. */
function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function rgbOf(hex: string): Rgb {
  const part = (from: number) => Number.parseInt(hex.slice(from, from + 2), 16)
  return [part(1), part(3), part(5)]
}

function hexOf(color: Rgb): string {
  return `#${color.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}
