import { GlobalFonts } from '@napi-rs/canvas'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const SUBSETS = ['latin', 'latin-ext', 'greek', 'cyrillic'] as const
const FAMILIES = SUBSETS.map((subset) => `RightReason ${subset}`)
let registered = false

/** The window's own typeface for pictures, the same on a machine without any fonts. Gives the family list of a canvas's `font`. */
export function pictureFont(): string {
  if (!registered) {
    const folder = join(dirname(createRequire(import.meta.url).resolve('@fontsource-variable/inter/package.json')), 'files')
    for (const [at, subset] of SUBSETS.entries()) GlobalFonts.registerFromPath(join(folder, `inter-${subset}-wght-normal.woff2`), FAMILIES[at])
    registered = true
  }
  return [...FAMILIES.map((family) => `'${family}'`), 'sans-serif'].join(', ')
}
