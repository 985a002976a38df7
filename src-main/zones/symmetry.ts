import type { Grey } from '../image/raster.ts'
import type { Field } from './collimation.ts'

/** the body's middle lies within this share of the field's width from the field's */
const REACH = 0.12
/** every so many pixels in both directions are compared */
const STEP = 3
/** a mirrored image has to overlap at least this share of the field */
const LEAST_OVERLAP = 0.6

/**
 * The column about which an image is most like its mirror image: twice it, so that it may lie between two columns. Least mean absolute difference over the field.
 */
export function doubledAxisOf({ data, columns }: Grey, { top, bottom, left, right }: Field): number {
  const [width, middle] = [right - left + 1, left + right]
  const reach = Math.round(REACH * width)
  let [best, axis] = [Infinity, middle]
  for (let sum = middle - 2 * reach; sum <= middle + 2 * reach; sum++) {
    const [first, last] = [Math.max(left, sum - right), Math.min(right, sum - left)]
    if (last - first + 1 < LEAST_OVERLAP * width) continue
    let [difference, count] = [0, 0]
    for (let row = top; row <= bottom; row += STEP)
      for (let column = first; 2 * column < sum; column += STEP) {
        difference += Math.abs(data[row * columns + column] - data[row * columns + sum - column])
        count++
      }
    if (count > 0 && difference / count < best) [best, axis] = [difference / count, sum]
  }
  return axis
}
