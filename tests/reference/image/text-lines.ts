/**
 * How well text in the pixels is found: draws lines of text into DICOM films, one a film and round, in several fonts, sizes, inks and places, and looks for them; the films as they are
 * tell how often something is found where nothing was drawn. Fonts are those of this machine.
 *     node tests/reference/image/text-lines.ts FOLDER [--rounds 3] [--seed 1] [--enlarge 1] [--words FILE,FILE]
 * `--enlarge`: the film by so much larger before the text is drawn. `--words`: files of the folder that show words already, by the beginning of their names.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { createCanvas, GlobalFonts } from '@napi-rs/canvas'

import { decodeFrame } from '../../../src-main/dicom/pixels.ts'
import { readDicomFile } from '../../../src-main/dicom/read-file.ts'
import { colourLuminance, displayedLuminance } from '../../../src-main/display/grayscale.ts'
import type { Grey } from '../../../src-main/image/raster.ts'
import { findTextLines } from '../../../src-main/image/text-lines.ts'
import { proportion } from '../../../src-main/statistics/proportion.ts'
import { uniform } from '../../../src-main/tensor/random.ts'
import { resize } from '../../../src-main/tensor/resize.ts'

const { positionals: [folder], values: options } = parseArgs({ allowPositionals: true, options: {
  rounds: { type: 'string', default: '3' }, seed: { type: 'string', default: '1' }, enlarge: { type: 'string', default: '1' }, words: { type: 'string', default: '' }, list: { type: 'boolean', default: false },
} })
const random = uniform(Number(options.seed))
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]
const TEXTS = ['MUSTERMANN, ERIKA', 'Doe^Jane', 'ID 4711-0815', '12.03.1961', '2019-07-30 14:05', 'St. Elsewhere Hospital', 'PORTABLE', 'M 058Y', 'Dr. No', 'ACC 99001234']
const FONTS = ['DejaVu Sans', 'DejaVu Sans Mono', 'DejaVu Serif', 'Liberation Sans', 'Liberation Serif', 'Liberation Mono', 'Lato', 'Noto Sans'].filter((name) => GlobalFonts.families.some(({ family }) => family === name))
/** of a letter's em, as a part of the image's longer side: from 10 pixels on a film of 512 to a headline */
const SIZES = [0.02, 0.025, 0.03, 0.04, 0.06]
/** ink → its luminance; null where it brings its own ground. Ink that does not stand out from the film is drawn elsewhere. */
const INKS: Readonly<Record<string, number | null>> = { 'white': 1, 'white with a dark outline': null, 'black on a white label': null, 'light grey': 0.85 }
const LEAST_VISIBLE = 0.3

interface Drawn { readonly image: Grey; readonly box: { left: number; top: number; right: number; bottom: number }; readonly about: Readonly<Record<string, string>> }

async function film(path: string): Promise<Grey> {
  const { rows, columns, stored, grayscale, bitsStored } = await decodeFrame(await readDicomFile(path))
  const data = grayscale ? displayedLuminance(stored, grayscale) : colourLuminance(stored, bitsStored)
  const by = Number(options.enlarge)
  if (by === 1) return { data, rows, columns }
  const large = resize({ data, width: columns, height: rows }, Math.round(columns * by), Math.round(rows * by), 'bicubic', true)
  return { data: large.data, rows: large.height, columns: large.width }
}

function meanOf({ data, columns }: Grey, left: number, top: number, right: number, bottom: number): number {
  let sum = 0
  let count = 0
  for (let row = Math.max(0, Math.floor(top)); row < bottom; row++) for (let column = left; column < Math.min(columns, right); column++, count++) sum += data[row * columns + column]
  return sum / count
}

function draw({ data, rows, columns }: Grey): Drawn {
  const canvas = createCanvas(columns, rows)
  const context = canvas.getContext('2d')
  const size = pick(SIZES)
  const em = size * Math.max(rows, columns)
  const [text, font, ink] = [pick(TEXTS), pick(FONTS), pick(Object.keys(INKS))]
  context.font = `${em}px "${font}"`
  const width = context.measureText(text).width
  const left = Math.round(4 + random() * Math.max(0, columns - width - 8))
  const bottom = Math.round(random() < 0.5 ? em * 1.5 + random() * rows * 0.15 : rows - em - random() * rows * 0.15)
  const grey = INKS[ink]
  if (grey !== null && Math.abs(grey - meanOf({ data, rows, columns }, left, bottom - em, left + width, bottom)) < LEAST_VISIBLE) return draw({ data, rows, columns })
  const image = data.slice()
  const paint = (value: number, how: () => void): void => {
    context.clearRect(0, 0, columns, rows)
    how()
    const { data: pixels } = context.getImageData(0, 0, columns, rows)
    for (let at = 0; at < image.length; at++) image[at] += (pixels[4 * at + 3] / 255) * (value - image[at])
  }
  if (ink === 'black on a white label') paint(1, () => context.fillRect(left - em / 3, bottom - em, width + (2 * em) / 3, em * 1.4))
  if (ink === 'white with a dark outline') {
    context.lineWidth = Math.max(2, em / 8)
    paint(0.05, () => context.strokeText(text, left, bottom))
  }
  paint(ink === 'black on a white label' ? 0 : grey ?? 1, () => context.fillText(text, left, bottom))
  return { image: { data: image, rows, columns }, box: { left, top: bottom - em, right: left + width, bottom }, about: { size: `${(size * 100).toFixed(1)} %`, ink, font, text } }
}

const table = new Map<string, { hits: number; all: number }>()
const count = (row: string, hit: boolean): void => {
  const { hits, all } = table.get(row) ?? { hits: 0, all: 0 }
  table.set(row, { hits: hits + (hit ? 1 : 0), all: all + 1 })
}
const words = options.words.split(',').filter(Boolean)
let ms = 0
for (const file of readdirSync(folder).filter((name) => name.endsWith('.dcm'))) {
  const plain = await film(join(folder, file))
  const hasWords = words.some((name) => file.startsWith(name))
  const found = findTextLines(plain)
  count(hasWords ? 'films with words of their own: found' : 'films without words: false alarms', found.length > 0)
  if (options.list && found.length > 0) console.log(file, JSON.stringify(found))
  if (hasWords) continue
  for (let round = 0; round < Number(options.rounds); round++) {
    const { image, box, about } = draw(plain)
    const start = performance.now()
    const lines = findTextLines(image)
    ms += performance.now() - start
    const hit = lines.some(({ left, right, top, bottom }) => left < box.right && right > box.left && top < box.bottom && bottom > box.top)
    count('drawn: found', hit)
    for (const [what, value] of Object.entries(about)) count(`  ${what} ${value}`, hit)
    if (options.list && !hit) console.log('missed', file, JSON.stringify(about), JSON.stringify(box))
  }
}
for (const [row, { hits, all }] of table) {
  const { low, high } = proportion(hits, all)!
  console.log(`${row}: ${hits} of ${all} = ${(hits / all).toFixed(3)} (95 % ${low.toFixed(2)}–${high.toFixed(2)})`)
}
console.log(`${(ms / (table.get('drawn: found')?.all ?? 1)).toFixed(0)} ms a film`)
