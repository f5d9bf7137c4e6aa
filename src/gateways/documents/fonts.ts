import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Families in the order a character is looked up. Latin, Greek and Cyrillic first; every font comes as a package. */
export const FONT_FAMILIES = [
  'Inter',
  'Noto Sans Hebrew',
  'Noto Sans Arabic',
  'Noto Sans S Chinese',
  'Noto Sans Korean',
] as const

const FONT_FILES = [
  '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  '@expo-google-fonts/inter/300Light/Inter_300Light.ttf',
  '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
  '@expo-google-fonts/inter/700Bold/Inter_700Bold.ttf',
  '@expo-google-fonts/noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf',
  '@expo-google-fonts/noto-sans-hebrew/700Bold/NotoSansHebrew_700Bold.ttf',
  '@expo-google-fonts/noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf',
  '@expo-google-fonts/noto-sans-arabic/700Bold/NotoSansArabic_700Bold.ttf',
]

/** These packages let only their index be resolved. One weight each: they are large. */
const FONTS_BESIDE_INDEX = [
  { index: '@embedpdf/fonts-sc', file: '../fonts/NotoSansHans-Regular.otf' },
  { index: '@embedpdf/fonts-kr', file: '../fonts/NotoSansKR-Regular.otf' },
]

/** The bytes of every font, from the installed packages: nothing is looked for on the machine. */
export function readFonts(): Buffer[] {
  const urls = [
    ...FONT_FILES.map((file) => import.meta.resolve(file)),
    ...FONTS_BESIDE_INDEX.map(({ index, file }) => new URL(file, import.meta.resolve(index))),
  ]
  return urls.map((url) => readFileSync(fileURLToPath(url)))
}
