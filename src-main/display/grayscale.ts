import type { GrayscalePipeline, VoiChoice } from './grayscale-types.ts'
import { applyVoi, modalityValue, resolveVoi } from './voi.ts'

export { applyVoi, modalityRange, modalityValue, resolveVoi } from './voi.ts'
export type { ResolvedVoi } from './voi.ts'

type Values = ArrayLike<number>

/** Displayed luminance of a stored value v: table[clamp(floor((v − low) / step))]. */
export interface DisplayTable {
  readonly low: number
  /** 1 for images of up to 16 bits; wider ones share an entry among neighbours */
  readonly step: number
  readonly table: Float32Array
}

const MAX_TABLE_ENTRIES = 1 << 17
/** ITU-R BT.601 luma of R, G, B, as PS3.3 C.7.6.3.1.2 uses it for YBR_FULL. */
const LUMA = [0.299, 0.587, 0.114] as const

/**
 * Stored → displayed luminance 0…1 (0 black) for every stored value of the image and its padding: Modality LUT, VOI, and the one inversion.
 * Padding is black whatever the inversion says: it is no part of the image.
 */
export function displayTable(pipeline: GrayscalePipeline, choice: VoiChoice): DisplayTable {
  const voi = resolveVoi(pipeline, choice)
  const { padding, storedRange } = pipeline
  const low = Math.min(storedRange.low, padding?.low ?? Infinity)
  const high = Math.max(storedRange.high, padding?.high ?? -Infinity)
  const step = Math.max(1, Math.ceil((high - low + 1) / MAX_TABLE_ENTRIES))
  const table = new Float32Array(Math.floor((high - low) / step) + 1)
  for (let entry = 0; entry < table.length; entry++) {
    const stored = low + entry * step
    if (padding && stored >= padding.low && stored <= padding.high) continue
    const luminance = applyVoi(voi, modalityValue(pipeline, stored))
    table[entry] = pipeline.inverse ? 1 - luminance : luminance
  }
  return { low, step, table }
}

/** What the eye sees of a grayscale image, 0…1, [rows, columns]. */
export function displayedLuminance(stored: Values, pipeline: GrayscalePipeline, choice: VoiChoice = { kind: 'default' }): Float32Array {
  const { low, step, table } = displayTable(pipeline, choice)
  const output = new Float32Array(stored.length)
  if (step === 1) for (let index = 0; index < stored.length; index++) output[index] = table[stored[index] - low]
  else for (let index = 0; index < stored.length; index++) output[index] = table[Math.floor((stored[index] - low) / step)]
  return output
}

/** Luma of a colour image, RGB by pixel, 0…1, [rows, columns]. Colour knows no window. */
export function colourLuminance(stored: Values, bitsStored: number): Float32Array {
  const white = 2 ** bitsStored - 1
  const output = new Float32Array(stored.length / 3)
  for (let pixel = 0, at = 0; pixel < output.length; pixel++, at += 3) {
    output[pixel] = (LUMA[0] * stored[at] + LUMA[1] * stored[at + 1] + LUMA[2] * stored[at + 2]) / white
  }
  return output
}

/** Modality values, [rows, columns], as the file means them: not inverted, padding included. */
export function modalityValues(stored: Values, pipeline: GrayscalePipeline): Float32Array {
  const output = new Float32Array(stored.length)
  for (let index = 0; index < stored.length; index++) output[index] = modalityValue(pipeline, stored[index])
  return output
}

/**
 * Modality values turned so that bright is what the eye sees bright: where the pipeline inverts, the stored value is reflected
 * within the range that BitsStored can hold (0…4095 for 12 bits unsigned), then the Modality LUT applies. This, and not the
 * window, is where a model's input of modality values ends. Padding keeps its value, as the code that trains models leaves it; only
 * where the image is inverted does it become the darkest value, so that the background does not turn bright.
 */
export function inputValues(stored: Values, pipeline: GrayscalePipeline, bitsStored: number): Float32Array {
  const { inverse, padding, storedRange } = pipeline
  if (!inverse) return modalityValues(stored, pipeline)
  const isSigned = stored instanceof Int8Array || stored instanceof Int16Array || stored instanceof Int32Array
  const mirror = isSigned ? -1 : 2 ** bitsStored - 1
  const turn = (value: number): number => modalityValue(pipeline, mirror - value)
  const darkest = Math.min(turn(storedRange.low), turn(storedRange.high))
  const output = new Float32Array(stored.length)
  for (let index = 0; index < stored.length; index++) {
    const value = stored[index]
    output[index] = padding && value >= padding.low && value <= padding.high ? darkest : turn(value)
  }
  return output
}

/**
 * The window between two percentiles (0–100) of the image's modality values, padding left out: for the reader who finds no window in the file.
 * Both ends are values that occur in the image.
 */
export function percentileWindow(
  stored: Values,
  pipeline: GrayscalePipeline,
  lowPercent = 1,
  highPercent = 99,
): VoiChoice & { kind: 'window' } {
  const { padding, storedRange } = pipeline
  const step = Math.max(1, Math.ceil((storedRange.high - storedRange.low + 1) / MAX_TABLE_ENTRIES))
  const counts = new Uint32Array(Math.floor((storedRange.high - storedRange.low) / step) + 1)
  let total = 0
  for (let index = 0; index < stored.length; index++) {
    const value = stored[index]
    if (padding && value >= padding.low && value <= padding.high) continue
    counts[Math.floor((value - storedRange.low) / step)]++
    total++
  }
  const levels = [...counts.entries()].filter(([, count]) => count > 0)
    .map(([entry, count]) => ({ value: modalityValue(pipeline, storedRange.low + entry * step), count }))
    .sort((a, b) => a.value - b.value)
  const at = (percent: number): number => {
    const rank = Math.round((Math.min(100, Math.max(0, percent)) / 100) * (total - 1))
    let seen = 0
    return levels.find(({ count }) => (seen += count) > rank)?.value ?? 0
  }
  const low = at(lowPercent)
  const width = Math.max(at(highPercent) - low, 1e-6)
  return { kind: 'window', center: low + width / 2, width, function: 'LINEAR_EXACT' }
}
