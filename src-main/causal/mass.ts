import type { Outline } from '../contract/causal.ts'
import type { InputAffine } from '../contract/records.ts'
import { resize } from '../tensor/resize.ts'
import { rasterise } from './mask.ts'

/** samples of a cell along each side */
const SAMPLES = 8

export interface MassMap {
  /** [height, width] in cells */
  readonly grid: readonly [number, number]
  readonly values: ArrayLike<number>
  readonly inputWidth: number
  readonly inputHeight: number
  /** image → input pixels */
  readonly affine: InputAffine
}

/** Share of the positive attribution that lies in an outline (image pixels), each cell by the area of it that does; null where there is no positive attribution. */
export function massIn(outline: Outline, { grid: [rows, columns], values, inputWidth, inputHeight, affine }: MassMap): number | null {
  const [down, across] = [(rows * SAMPLES) / inputHeight, (columns * SAMPLES) / inputWidth]
  const fine = rasterise(outline, { rows: rows * SAMPLES, columns: columns * SAMPLES }, {
    scaleX: affine.scaleX * across, offsetX: affine.offsetX * across, scaleY: affine.scaleY * down, offsetY: affine.offsetY * down,
  })
  const covered = new Float64Array(rows * columns)
  for (let i = 0; i < fine.data.length; i++)
    if (fine.data[i] !== 0) covered[Math.floor(Math.floor(i / fine.columns) / SAMPLES) * columns + Math.floor((i % fine.columns) / SAMPLES)]++
  let [sum, within] = [0, 0]
  for (let cell = 0; cell < covered.length; cell++) {
    const positive = Math.max(0, values[cell])
    sum += positive
    within += (positive * covered[cell]) / SAMPLES ** 2
  }
  return sum > 0 ? within / sum : null
}

/** the greatest share of a map's pixels that counts (Sun et al., MICCAI 2023) */
const TOP = 0.1

/** Of an outline's pixels in the model's input, the share that is among the greatest tenth of the map, enlarged bilinearly to it; equal values count in part. */
export function topShare(outline: Outline, { grid: [rows, columns], values, inputWidth, inputHeight, affine }: MassMap): number {
  const { data } = resize({ data: Float32Array.from(values), width: columns, height: rows }, inputWidth, inputHeight, 'bilinear', false)
  const place = rasterise(outline, { rows: inputHeight, columns: inputWidth }, affine)
  const wanted = Math.round(TOP * data.length)
  const limit = data.slice().sort()[data.length - wanted]
  let [above, equal, insideAbove, insideEqual, inside] = [0, 0, 0, 0, 0]
  for (let i = 0; i < data.length; i++) {
    above += Number(data[i] > limit)
    equal += Number(data[i] === limit)
    if (place.data[i] === 0) continue
    inside++
    insideAbove += Number(data[i] > limit)
    insideEqual += Number(data[i] === limit)
  }
  return inside === 0 ? 0 : (insideAbove + insideEqual * ((wanted - above) / Math.max(1, equal))) / inside
}
