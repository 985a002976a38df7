import type { ParameterInfo } from '../contract/records.ts'
import type { AttributionMap, Parameters, Planes } from './types.ts'

/**
 * Augmentation smoothing: the mean map of the image, of it darker and brighter, and of their mirror images (pytorch-grad-cam's
 * aug_smooth: horizontal flip × factors 0.9, 1, 1.1). Brightness is the distance from displayed black, and maps are averaged as they are: those of
 * one layer and one class are comparable.
 */
export const AUGMENTATION: ParameterInfo = { name: 'augmentation', label: 'Augmentation smoothing', kind: 'choice', default: 'off', choices: ['off', 'flip', 'brightness', 'both'] }

export interface View { readonly input: Float32Array; readonly isFlipped: boolean }

const FACTORS = [1, 0.9, 1.1]

/** The images that a map is the mean of; the image itself comes first. `black`: the input's value of displayed black, per channel. */
export function viewsOf(input: Planes, black: readonly number[], { augmentation = 'off' }: Parameters): View[] {
  const flips = augmentation === 'flip' || augmentation === 'both' ? [false, true] : [false]
  const factors = augmentation === 'brightness' || augmentation === 'both' ? FACTORS : [1]
  return flips.flatMap((isFlipped) => factors.map((factor) => {
    const brighter = factor === 1 ? input.data : scaled(input, black, factor)
    return { input: isFlipped ? mirrored(brighter, input.columns) : brighter, isFlipped }
  }))
}

/** The mean of the views' maps, those of mirror images turned back. Diagnostics are the image's own. */
export function meanOfViews(views: readonly View[], maps: readonly AttributionMap[]): AttributionMap {
  const [first] = maps
  if (maps.length === 1) return first
  const sum = new Float64Array(first.values.length)
  maps.forEach(({ values, grid }, view) => {
    const upright = views[view].isFlipped ? mirrored(values, grid[1]) : values
    for (let i = 0; i < sum.length; i++) sum[i] += upright[i]
  })
  return { ...first, values: Float32Array.from(sum, (value) => value / maps.length), diagnostics: { ...first.diagnostics, views: maps.length } }
}

function scaled({ data, rows, columns }: Planes, black: readonly number[], factor: number): Float32Array {
  const area = rows * columns
  return data.map((value, i) => {
    const zero = black[Math.floor(i / area)]
    return zero + factor * (value - zero)
  })
}

/** Each row of so many columns from right to left. */
function mirrored(values: Float32Array, columns: number): Float32Array {
  return values.map((_, i) => values[i - (i % columns) + columns - 1 - (i % columns)])
}
