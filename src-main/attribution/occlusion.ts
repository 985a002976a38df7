import { FILL_NAMES, FILLS, masked } from './masking.ts'
import type { RunsMethod } from './types.ts'

/** Window starts along one side: steps of `stride`, and the last window ends at the border. */
function starts(side: number, size: number, stride: number): number[] {
  const last = Math.max(0, side - size)
  const regular = Array.from({ length: Math.floor(last / stride) + 1 }, (_, i) => i * stride)
  return regular.at(-1) === last ? regular : [...regular, last]
}

/**
 * Occlusion sensitivity: how far the class's logit falls when a square is covered. Each pixel has the mean fall over the
 * squares that cover it; below zero, covering it raised the score.
 */
export const occlusion: RunsMethod = {
  id: 'occlusion',
  name: 'Occlusion sensitivity',
  source: 'Zeiler and Fergus, ECCV 2014, sec. 4.2',
  signed: true,
  resolution: 'input',
  cost: 'one run for each square: about 170 at 224×224',
  parameters: [
    { name: 'size', label: 'Side of the square, pixels', kind: 'integer', default: 32, min: 1, max: 8192 },
    { name: 'stride', label: 'Stride, pixels', kind: 'integer', default: 16, min: 1, max: 8192 },
    { name: 'fill', label: 'Covered by', kind: 'choice', default: 'mean', choices: FILL_NAMES },
  ],
  needs: 'runs',
  usesLayer: false,
  async map(runs, parameters) {
    const { input } = runs
    const { rows, columns } = input
    const [width, height] = [columns, rows].map((side) => Math.min(side, parameters.size as number))
    const fill = FILLS[parameters.fill](runs)
    const windows = starts(rows, height, parameters.stride as number).flatMap((top) => starts(columns, width, parameters.stride as number).map((left) => ({ top, left })))
    function* covered(): Generator<Float32Array> {
      yield input.data
      for (const { top, left } of windows) {
        const mask = new Float32Array(rows * columns).fill(1)
        for (let row = top; row < top + height; row++) mask.fill(0, row * columns + left, row * columns + left + width)
        yield masked(input, mask, fill)
      }
    }
    const [score, ...scores] = await runs.scores(covered())
    const falls = new Float64Array(rows * columns)
    const counts = new Uint32Array(rows * columns)
    windows.forEach(({ top, left }, i) => {
      for (let row = top; row < top + height; row++)
        for (let at = row * columns + left; at < row * columns + left + width; at++) {
          falls[at] += score - scores[i]
          counts[at]++
        }
    })
    return { grid: [rows, columns], values: Float32Array.from(falls, (fall, i) => counts[i] === 0 ? 0 : fall / counts[i]), signed: true, diagnostics: { score, squares: windows.length } }
  },
}
