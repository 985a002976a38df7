import { ReviewError } from '../contract/errors.ts'
import type { GrayscalePipeline, LookupTable, VoiChoice, VoiFunction } from './grayscale-types.ts'

/** The VOI step as it is carried out: a window or a table, on modality values. */
export type ResolvedVoi =
  | { readonly kind: 'window'; readonly center: number; readonly width: number; readonly function: VoiFunction }
  | { readonly kind: 'lut'; readonly table: LookupTable }

/** Modality value → 0…1 by window centre and width. */
const VOI_FUNCTIONS: Readonly<Record<VoiFunction, (value: number, center: number, width: number) => number>> = {
  // PS3.3 C.11.2.1.2.1: the window spans width − 1, and its centre lies half a value lower.
  LINEAR: (value, center, width) => (width <= 1 ? (value <= center - 0.5 ? 0 : 1) : clampToUnit((value - (center - 0.5)) / (width - 1) + 0.5)),
  // PS3.3 C.11.2.1.3.2
  LINEAR_EXACT: (value, center, width) => clampToUnit((value - center) / width + 0.5),
  // PS3.3 C.11.2.1.3.1
  SIGMOID: (value, center, width) => 1 / (1 + Math.exp((-4 * (value - center)) / width)),
}

/**
 * What a choice means for this image. `default`: the file's first VOI LUT, else its first window, else the full range.
 * Throws `bad-parameter` for a window without width or an index that the file does not have.
 */
export function resolveVoi(pipeline: GrayscalePipeline, choice: VoiChoice): ResolvedVoi {
  switch (choice.kind) {
    case 'default':
      if (pipeline.luts.length > 0) return { kind: 'lut', table: pipeline.luts[0] }
      return pipeline.windows.length > 0 ? resolveVoi(pipeline, { kind: 'file-window', index: 0 }) : fullRange(pipeline)
    case 'full-range':
      return fullRange(pipeline)
    case 'file-lut':
      return { kind: 'lut', table: atIndex(pipeline.luts, choice.index, 'VOI LUT') }
    case 'file-window': {
      const { center, width, function: voiFunction } = atIndex(pipeline.windows, choice.index, 'window')
      return { kind: 'window', center, width, function: voiFunction }
    }
    case 'window': {
      const { center, width, function: voiFunction = 'LINEAR' } = choice
      if (!(width > 0) || !Number.isFinite(center) || !Number.isFinite(width)) {
        throw new ReviewError('bad-parameter', `A window needs a finite centre and a width above 0, not centre ${center}, width ${width}.`)
      }
      return { kind: 'window', center, width, function: voiFunction }
    }
  }
}

/** Modality value → 0…1, before the inversion. */
export function applyVoi(voi: ResolvedVoi, value: number): number {
  if (voi.kind === 'window') return VOI_FUNCTIONS[voi.function](value, voi.center, voi.width)
  return lookUp(voi.table, value) / (2 ** voi.table.bits - 1)
}

/** The entry for a value; outside the table its first or last entry (PS3.3 C.11.2.1.1). */
export function lookUp({ firstMapped, values }: LookupTable, value: number): number {
  const index = Math.round(value) - firstMapped
  return values[index < 0 ? 0 : index >= values.length ? values.length - 1 : index]
}

/** Modality LUT or rescale of a stored value (PS3.3 C.11.1). */
export function modalityValue({ modality }: GrayscalePipeline, stored: number): number {
  return modality.kind === 'linear' ? stored * modality.slope + modality.intercept : lookUp(modality, stored)
}

/** Least and greatest modality value of the image, padding left out. */
export function modalityRange(pipeline: GrayscalePipeline): { low: number; high: number } {
  const { modality, storedRange } = pipeline
  const ends = [modalityValue(pipeline, storedRange.low), modalityValue(pipeline, storedRange.high)]
  let [low, high] = ends[0] <= ends[1] ? ends : [ends[1], ends[0]]
  if (modality.kind === 'table') {
    const first = Math.max(0, storedRange.low - modality.firstMapped)
    const last = Math.min(modality.values.length - 1, storedRange.high - modality.firstMapped)
    for (let index = first; index <= last; index++) {
      low = Math.min(low, modality.values[index])
      high = Math.max(high, modality.values[index])
    }
  }
  return { low, high }
}

function fullRange(pipeline: GrayscalePipeline): ResolvedVoi {
  const { low, high } = modalityRange(pipeline)
  return high > low
    ? { kind: 'window', center: (low + high) / 2, width: high - low, function: 'LINEAR_EXACT' }
    : { kind: 'window', center: low + 0.5, width: 1, function: 'LINEAR_EXACT' }
}

function atIndex<T>(list: readonly T[], index: number, what: string): T {
  const found = list[index]
  if (found === undefined) throw new ReviewError('bad-parameter', `The file has ${list.length} of its own; there is no ${what} number ${index + 1}. Choose another.`)
  return found
}

function clampToUnit(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value
}
