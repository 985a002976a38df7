import type { Mask } from '../image/raster.ts'
import { percentiles } from '../tensor/percentiles.ts'
import { mapPlanes, type Picture } from './picture.ts'

/** Grey values at fixed percentiles of an image's inside: what its exposure and processing made of it. */
export interface ToneCurve { readonly values: readonly number[] }

export const TONE_PERCENTS = [2, 10, 25, 50, 75, 90, 98]
/** two percentiles of one image are kept this far apart, so that the curve can be inverted */
const LEAST_STEP = 1e-3

export function toneCurveOf({ planes: [plane] }: Picture, inside: Mask): ToneCurve {
  const values: number[] = []
  for (let i = 0; i < plane.length; i++) if (inside.data[i] !== 0) values.push(plane[i])
  return { values: percentiles(values.length > 0 ? values : plane, TONE_PERCENTS) }
}

/** The median image of several: of each percentile its median. */
export function medianCurve(curves: readonly ToneCurve[]): ToneCurve {
  return quantileCurve(curves, 50)
}

export function quantileCurve(curves: readonly ToneCurve[], percent: number): ToneCurve {
  return { values: TONE_PERCENTS.map((_, k) => percentiles(curves.map(({ values }) => values[k]), [percent])[0]) }
}

/** Grey values moved so that an image's percentiles become another's: straight lines between them, and along the outer ones' slope to 0 and 1. */
export function withTone(picture: Picture, from: ToneCurve, to: ToneCurve, where: Mask): Picture {
  const x = rising([0, ...from.values, 1])
  const y = rising([0, ...to.values, 1])
  return mapPlanes(picture, (plane) => plane.map((value, i) => where.data[i] === 0 ? value : along(x, y, value)))
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
