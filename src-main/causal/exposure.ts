import { gaussianBlur } from '../image/blur.ts'
import type { Mask } from '../image/raster.ts'
import { median, robustSpread } from '../statistics/median.ts'
import { percentiles } from '../tensor/percentiles.ts'
import { mapPlanes, type Picture } from './picture.ts'

/** What exposure and processing made of an image's inside: grey values at fixed percentiles, and the strength of the finest detail and grain. */
export interface ToneCurve {
  readonly values: readonly number[]
  readonly detail: number
}

export const TONE_PERCENTS = [2, 10, 25, 50, 75, 90, 98]
/** two percentiles of one image are kept this far apart, so that the curve can be inverted */
const LEAST_STEP = 1e-3
/** what is finer than this, in pixels, is detail */
const DETAIL_SIGMA = 1

export function toneCurveOf(picture: Picture, inside: Mask): ToneCurve {
  const [plane] = picture.planes
  const fine = detailOf(picture, plane)
  const values: number[] = []
  const details: number[] = []
  for (let i = 0; i < plane.length; i++) if (inside.data[i] !== 0) {
    values.push(plane[i])
    details.push(fine[i])
  }
  return values.length > 0 ? { values: percentiles(values, TONE_PERCENTS), detail: robustSpread(details) } : { values: percentiles(plane, TONE_PERCENTS), detail: robustSpread(fine) }
}

function detailOf({ rows, columns }: Picture, plane: Float32Array): Float32Array {
  const smooth = gaussianBlur({ data: plane, rows, columns }, DETAIL_SIGMA).data
  return plane.map((value, i) => value - smooth[i])
}

/** Of several images, each number at a percentile: 50 is the usual image, 20 a darker and 80 a brighter one that still occurs. */
export function typicalCurve(curves: readonly ToneCurve[], percent: number): ToneCurve {
  return { values: TONE_PERCENTS.map((_, k) => percentiles(curves.map(({ values }) => values[k]), [percent])[0]), detail: median(curves.map(({ detail }) => detail)) }
}

/**
 * Grey values moved so that an image's percentiles become another's (straight lines between them, and on to 0 and 1), and its finest detail weakened to the other's where it
 * is stronger: noise goes with the exposure.
 */
export function withTone(picture: Picture, from: ToneCurve, to: ToneCurve, where: Mask): Picture {
  const x = rising([0, ...from.values, 1])
  const y = rising([0, ...to.values, 1])
  const toned = mapPlanes(picture, (plane) => plane.map((value, i) => where.data[i] === 0 ? value : along(x, y, value)))
  const { detail } = toneCurveOf(toned, where)
  if (!(detail > to.detail)) return toned
  return mapPlanes(toned, (plane) => {
    const fine = detailOf(toned, plane)
    return plane.map((value, i) => where.data[i] === 0 ? value : value - (1 - to.detail / detail) * fine[i])
  })
}

function rising(values: readonly number[]): number[] {
  const result: number[] = []
  for (const value of values) result.push(result.length === 0 ? value : Math.max(value, result.at(-1)! + LEAST_STEP))
  return result
}

function along(x: readonly number[], y: readonly number[], value: number): number {
  let k = 1
  while (k < x.length - 1 && value > x[k]) k++
  const at = y[k - 1] + ((value - x[k - 1]) / (x[k] - x[k - 1])) * (y[k] - y[k - 1])
  return Math.min(1, Math.max(0, at))
}
