import { processImage } from './beam/processing.ts'
import { DEVICES } from './equipment.ts'
import type { RawImage } from './phantom.ts'
import { randomStream } from './random.ts'
import type { Subject } from './subject.ts'
import type { VoiWindow } from '../../../src-main/display/grayscale-types.ts'

export const SYNTAX_KEYS = ['jpeg-ls', 'jpeg-2000', 'high-throughput-jpeg-2000', 'run-length', 'deflated', 'uncompressed'] as const
export type SyntaxKey = (typeof SYNTAX_KEYS)[number]

/** The picture as the machine stores it, and how a viewer shall show it. */
export interface StoredImage {
  readonly columns: number
  readonly rows: number
  readonly pixelCm: number
  readonly values: Uint8Array | Uint16Array
  readonly bitsStored: 8 | 10 | 12
  readonly inverted: boolean
  readonly windows: readonly VoiWindow[]
  readonly syntax: SyntaxKey
}

type WindowKind = 'linear' | 'two' | 'sigmoid'

/** every file has a window: without one a viewer fits the picture to its greatest value, and a cue would change what is far from it */
const WINDOW_KINDS: Readonly<Record<WindowKind, number>> = { linear: 0.66, two: 0.17, sigmoid: 0.17 }
/** files of 8 bits are small enough for the weak codings; the others take the strong ones */
const SYNTAX_OF_8_BITS: Readonly<Record<SyntaxKey, number>> = { 'jpeg-ls': 0, 'jpeg-2000': 0, 'high-throughput-jpeg-2000': 0, 'run-length': 3, deflated: 2, uncompressed: 2 }
const SYNTAX_OF_MORE: Readonly<Record<SyntaxKey, number>> = { 'jpeg-ls': 9, 'jpeg-2000': 5, 'high-throughput-jpeg-2000': 2, 'run-length': 0, deflated: 0.6, uncompressed: 0.4 }

/** Bits, photometric interpretation, windows and coding of one subject's image: none of them knows the label. */
export function storeImage(subject: Subject, raw: RawImage): StoredImage {
  const random = randomStream(subject.seed, subject.index, 'presentation')
  const device = DEVICES[subject.device]
  const bitsStored = random.chance(0.12) ? 8 : device.modality === 'CR' && random.chance(0.35) ? 10 : 12
  const inverted = random.chance(0.12)
  const { values, anatomy } = processImage(raw.attenuation, raw.background, { ...device.processing, contrast: raw.cue?.technique?.contrast ?? 1, bitsStored, inverted })
  const top = 2 ** bitsStored - 1
  for (const [pixel, luminance] of raw.cue?.burnt ?? []) values[pixel] = Math.round(top * (inverted ? 1 - luminance : luminance))
  const span = anatomy.high - anatomy.low
  // the same reserve at the dark end as the stored range has, whichever end that is
  const dark = (device.processing.marginBelow / (1 - device.processing.marginBelow - device.processing.marginAbove)) * span
  const low = inverted ? anatomy.low : anatomy.low - dark
  const center = low + (span + dark) / 2 + random.normal(0, 0.02) * span
  const width = (span + dark) * random.uniform(0.92, 1.1)
  const windows = windowsOf(random.weighted(WINDOW_KINDS), Math.round(center), Math.round(width))
  const syntax = random.weighted(bitsStored === 8 ? SYNTAX_OF_8_BITS : SYNTAX_OF_MORE)
  return { columns: raw.columns, rows: raw.rows, pixelCm: raw.pixelCm, values, bitsStored, inverted, windows, syntax }
}

function windowsOf(kind: WindowKind, center: number, width: number): VoiWindow[] {
  const normal = { center, width, function: 'LINEAR', explanation: 'NORMAL' } as const
  const rows: Readonly<Record<WindowKind, readonly VoiWindow[]>> = {
    linear: [normal],
    two: [normal, { ...normal, width: Math.round(width * 0.75), explanation: 'HARDER' }],
    // a sigmoid's width is its slope's: about 0.8 of the linear one looks alike
    sigmoid: [{ ...normal, width: Math.round(width * 0.8), function: 'SIGMOID' }],
  }
  return [...rows[kind]]
}
