import { uniform } from '../tensor/random.ts'
import { crop, resize } from '../tensor/resize.ts'
import { masked } from './masking.ts'
import type { RunsMethod } from './types.ts'

/**
 * One random mask: a grid of ones (probability `keep`) and zeros, enlarged smoothly and shifted by less than a cell.
 * The order of the random numbers is: cells row by row, then the shift down, then to the right.
 */
function randomMask(random: () => number, rows: number, columns: number, cells: number, keep: number): Float32Array {
  const [cellHeight, cellWidth] = [Math.ceil(rows / cells), Math.ceil(columns / cells)]
  const grid = Float32Array.from({ length: (cells + 1) ** 2 }, () => random() < keep ? 1 : 0)
  const large = resize({ data: grid, width: cells + 1, height: cells + 1 }, (cells + 1) * cellWidth, (cells + 1) * cellHeight, 'bilinear', true)
  const top = Math.floor(random() * cellHeight)
  const left = Math.floor(random() * cellWidth)
  return crop(large, left, top, columns, rows).data
}

/**
 * RISE: random masks weighted by the score of what they leave, over their mean. The mean score is taken off first, which
 * moves the whole map by a constant and takes away its noise. Masked pixels become displayed black.
 */
export const rise: RunsMethod = {
  id: 'rise',
  name: 'RISE',
  source: 'Petsiuk et al., BMVC 2018, eq. 6',
  signed: true,
  resolution: 'input',
  cost: 'one run for each mask: 1,000',
  parameters: [
    { name: 'masks', label: 'Masks', kind: 'integer', default: 1000, min: 2, max: 100_000 },
    { name: 'cells', label: 'Cells a side', kind: 'integer', default: 8, min: 2, max: 64 },
    { name: 'keep', label: 'Share kept', kind: 'number', default: 0.5, min: 0.01, max: 0.99 },
    { name: 'seed', label: 'Seed', kind: 'integer', default: 1, min: 0, max: 0xffffffff },
  ],
  needs: 'runs',
  usesLayer: false,
  async map(runs, parameters) {
    const { input, black } = runs
    const { rows, columns } = input
    const [count, cells, keep, seed] = ['masks', 'cells', 'keep', 'seed'].map((name) => parameters[name] as number)
    // Drawn twice from the same seed: a thousand masks are not kept in memory.
    function* masks(): Generator<Float32Array> {
      const random = uniform(seed)
      for (let i = 0; i < count; i++) yield randomMask(random, rows, columns, cells, keep)
    }
    function* inputs(): Generator<Float32Array> {
      for (const mask of masks()) yield masked(input, mask, black)
    }
    const scores = await runs.scores(inputs())
    const mean = scores.reduce((sum, score) => sum + score, 0) / count
    const sum = new Float64Array(rows * columns)
    let i = 0
    for (const mask of masks()) {
      const weight = (scores[i++] - mean) / (count * keep)
      for (let at = 0; at < sum.length; at++) sum[at] += weight * mask[at]
    }
    return { grid: [rows, columns], values: Float32Array.from(sum), signed: true, diagnostics: { meanScore: mean } }
  },
}
