import { writeFile } from 'node:fs/promises'
import { encode } from 'fast-png'
import { displayedLuminance } from '../../../src-main/display/grayscale.ts'
import { resize } from '../../../src-main/tensor/resize.ts'
import { frameOf } from './frame.ts'
import { drawStudy } from './series.ts'
import type { SeriesOptions } from './study-set.ts'

const GAP = 6

/** One PNG with every study of a series as a viewer shows it, in rows; a positive one has a light bar below. */
export async function writeContactSheet(file: string, series: SeriesOptions, perRow: number, tile: number): Promise<void> {
  const pitch = tile + GAP
  const width = perRow * pitch
  const height = Math.ceil(series.count / perRow) * pitch
  const sheet = new Uint8Array(width * height).fill(30)
  for (let index = 0; index < series.count; index++) {
    const { subject, image } = drawStudy(series.seed, index, series.configuration)
    const frame = frameOf(image)
    const shown = resize({ data: displayedLuminance(frame.stored, frame.grayscale!), width: frame.columns, height: frame.rows }, tile, tile, 'bilinear', true)
    const left = (index % perRow) * pitch
    const top = Math.floor(index / perRow) * pitch
    for (let row = 0; row < tile; row++) {
      for (let column = 0; column < tile; column++) sheet[(top + row) * width + left + column] = Math.round(255 * shown.data[row * tile + column])
    }
    if (subject.label === 'consolidation') sheet.fill(235, (top + tile + 1) * width + left, (top + tile + 1) * width + left + tile)
  }
  await writeFile(file, encode({ width, height, data: sheet, channels: 1, depth: 8 }))
}
