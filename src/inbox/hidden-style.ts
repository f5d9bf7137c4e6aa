/** Where an element stands: what its parents gave it. */
export interface Look {
  readonly color: string
  readonly background: string
}

export const PLAIN_LOOK: Look = { color: '#000000', background: '#ffffff' }

const NAMED: Readonly<Record<string, string>> = {
  white: '#ffffff',
  black: '#000000',
  snow: '#fffafa',
  ivory: '#fffff0',
  ghostwhite: '#f8f8ff',
  whitesmoke: '#f5f5f5',
  red: '#ff0000',
  green: '#008000',
  blue: '#0000ff',
  gray: '#808080',
  grey: '#808080',
  yellow: '#ffff00',
  silver: '#c0c0c0',
}
/** Sum of the differences of red, green and blue (0 to 765) that nobody can read across. */
const LEAST_CONTRAST = 40

/** "Color: WHITE; x" → {color: "white"}. */
export function declarationsOf(style: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const part of style.slice(0, 4000).toLowerCase().split(';')) {
    const at = part.indexOf(':')
    if (at > 0)
      found.set(
        part.slice(0, at).trim(),
        part
          .slice(at + 1)
          .replace('!important', '')
          .trim(),
      )
  }
  return found
}

/** Whether the declarations put an element where nobody sees it. */
export function hides(style: ReadonlyMap<string, string>): boolean {
  const is = (name: string, pattern: RegExp) => pattern.test(style.get(name) ?? '')
  const far = /-\s*(?:\d{3,}px|\d{2,}(?:em|rem|vw|vh)|\d{3,}%)/
  const nothing = /^0+(?:\.\d+)?(?:px|pt|em|rem|%)?$/
  return (
    is('display', /^none/) ||
    is('visibility', /^(?:hidden|collapse)/) ||
    is('mso-hide', /^all/) ||
    is('opacity', /^0?\.0\d*$|^0$|^0%$/) ||
    is('font-size', /^(?:0+(?:\.\d+)?(?:px|pt|em|rem|%)?|1(?:px|pt|%))$/) ||
    is('font', /(?:^|\s)0(?:px|pt|em)?(?:\/|\s)/) ||
    (is('overflow', /^hidden/) &&
      ['height', 'max-height', 'width', 'max-width'].some((name) => is(name, nothing))) ||
    is('clip', /rect\(\s*0[^)]*0[^)]*\)/) ||
    is('clip-path', /inset\(\s*(?:50|100)%/) ||
    is('transform', /scale\(\s*0\s*[,)]/) ||
    is('text-indent', far) ||
    ['left', 'right', 'top', 'bottom', 'margin-left', 'margin-top'].some((name) => is(name, far))
  )
}

/** The look inside an element; colours that are not plain ones leave it as it was. */
export function lookInside(outer: Look, style: ReadonlyMap<string, string>): Look {
  const background = style.get('background-color') ?? style.get('background')?.split(/\s/)[0]
  return {
    color: colorOf(style.get('color')) ?? outer.color,
    background: colorOf(background) ?? outer.background,
  }
}

/** Whether text of this look cannot be told from what is behind it. */
export function isUnreadableLook({ color, background }: Look): boolean {
  const distance = [1, 3, 5]
    .map((at) => Math.abs(channel(color, at) - channel(background, at)))
    .reduce((sum, difference) => sum + difference, 0)
  return distance < LEAST_CONTRAST
}

function channel(color: string, at: number): number {
  return Number.parseInt(color.slice(at, at + 2), 16)
}

function colorOf(value: string | undefined): string | null {
  if (value === undefined) return null
  if (/^#[0-9a-f]{6}$/.test(value)) return value
  if (/^#[0-9a-f]{3}$/.test(value)) return value.replaceAll(/[0-9a-f]/g, '$&$&')
  const rgb = /^rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})/.exec(value)
  if (!rgb) return NAMED[value] ?? null
  const hex = rgb.slice(1, 4).map((part) => Math.min(255, Number(part)).toString(16))
  return `#${hex.map((part) => part.padStart(2, '0')).join('')}`
}

const MOST_RULES = 2000

/** The simple selectors (`.x`, `#x`, `p`, `p.x`) of a style sheet that hide what they name. */
export function hidingSelectors(sheet: string): ReadonlySet<string> {
  const found = new Set<string>()
  const rules = sheet.replaceAll(/\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//g, '').split('}')
  for (const rule of rules.slice(0, MOST_RULES)) {
    const at = rule.lastIndexOf('{')
    if (at === -1 || !hides(declarationsOf(rule.slice(at + 1)))) continue
    for (const selector of rule.slice(0, at).split(/[,{]/))
      if (/^[a-z]*[.#]?[\w-]+$/i.test(selector.trim())) found.add(selector.trim().toLowerCase())
  }
  return found
}
