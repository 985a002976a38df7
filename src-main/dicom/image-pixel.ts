import { ReviewError } from '../contract/errors.ts'
import type { DataSetView } from './data-set.ts'
import { MAX_FRAME_PIXELS, MAX_FRAME_SAMPLES, MAX_FRAMES } from './limits.ts'

/** The Image Pixel module of one image (PS3.3 C.7.6.3), checked. */
export interface ImagePixel {
  readonly rows: number
  readonly columns: number
  readonly samples: 1 | 3
  readonly bitsAllocated: 1 | 8 | 16 | 32
  readonly bitsStored: number
  readonly highBit: number
  readonly signed: boolean
  readonly planar: boolean
  readonly photometric: string
  readonly frames: number
}

/** Photometric interpretation → samples per pixel (PS3.3 C.7.6.3.1.2). */
const PHOTOMETRIC_SAMPLES: Readonly<Record<string, 1 | 3>> = {
  'MONOCHROME1': 1,
  'MONOCHROME2': 1,
  'PALETTE COLOR': 1,
  'RGB': 3,
  'YBR_FULL': 3,
  'YBR_FULL_422': 3,
  'YBR_PARTIAL_422': 3,
  'YBR_PARTIAL_420': 3,
  'YBR_ICT': 3,
  'YBR_RCT': 3,
}

/**
 * Reads and checks the description of the pixels before any of them is touched.
 * Throws `no-pixels`, `unsupported-pixel-format`, `pixel-data-too-large`, `pixel-data-damaged`.
 */
export function readImagePixel(dataSet: DataSetView): ImagePixel {
  const rows = dataSet.word('00280010')
  const columns = dataSet.word('00280011')
  if (!dataSet.element('7fe00010')) refuseWithoutPixels(dataSet)
  if (!rows || !columns) throw new ReviewError('pixel-data-damaged', `The header gives ${rows ?? 'no'} rows and ${columns ?? 'no'} columns: the image has no size. Ask the sender for an intact file.`)
  if (rows * columns > MAX_FRAME_PIXELS) {
    throw new ReviewError('pixel-data-too-large', `The header gives ${rows} × ${columns} pixels; at most ${MAX_FRAME_PIXELS} are read.`, { details: { rows, columns } })
  }
  const bitsAllocated = dataSet.word('00280100') ?? 0
  const bitsStored = dataSet.word('00280101') ?? bitsAllocated
  const samples = dataSet.word('00280002') ?? 1
  if (rows * columns * samples > MAX_FRAME_SAMPLES) {
    throw new ReviewError('pixel-data-too-large', `The header gives ${rows} × ${columns} pixels of ${samples} samples; at most ${MAX_FRAME_SAMPLES} samples are read.`, { details: { rows, columns, samples } })
  }
  const photometric = dataSet.string('00280004', 'CS').toUpperCase() || (samples === 1 ? 'MONOCHROME2' : 'RGB')
  const expected = PHOTOMETRIC_SAMPLES[photometric]
  if (expected === undefined) refuseFormat(`photometric interpretation '${photometric.slice(0, 20)}'`)
  if (samples !== expected) {
    throw new ReviewError('pixel-data-damaged', `The header contradicts itself: ${photometric} with ${samples} samples per pixel. Ask the sender for an intact file.`)
  }
  if (bitsAllocated !== 1 && bitsAllocated !== 8 && bitsAllocated !== 16 && bitsAllocated !== 32) refuseFormat(`${bitsAllocated} bits allocated`)
  if (bitsStored < 1 || bitsStored > bitsAllocated) {
    throw new ReviewError('pixel-data-damaged', `The header gives ${bitsStored} bits stored in ${bitsAllocated} allocated. Ask the sender for an intact file.`)
  }
  const highBit = dataSet.word('00280102') ?? bitsStored - 1
  return {
    rows,
    columns,
    samples: expected,
    bitsAllocated,
    bitsStored,
    highBit: highBit < bitsAllocated && highBit >= bitsStored - 1 ? highBit : bitsStored - 1,
    signed: dataSet.word('00280103') === 1,
    planar: samples > 1 && dataSet.word('00280006') === 1,
    photometric,
    frames: readFrames(dataSet),
  }
}

function refuseWithoutPixels(dataSet: DataSetView): never {
  if (dataSet.element('7fe00008') || dataSet.element('7fe00009')) refuseFormat('floating-point pixel data')
  throw new ReviewError('no-pixels', 'The file is DICOM, but has no image (for instance a report, a plan or a directory). Leave it out.')
}

function refuseFormat(what: string): never {
  throw new ReviewError('unsupported-pixel-format', `Images with ${what} are not read. Convert the image to grayscale or RGB of 8 or 16 bits and import it again.`)
}

function readFrames(dataSet: DataSetView): number {
  const frames = dataSet.decimal('00280008') ?? 1
  if (frames > MAX_FRAMES) throw new ReviewError('pixel-data-too-large', `The header gives ${frames} frames; at most ${MAX_FRAMES} are read.`)
  return Number.isInteger(frames) && frames >= 1 ? frames : 1
}

/** The same for a header that is only listed: nothing is refused, silence is null. */
export function readPixelDescriptionLoosely(dataSet: DataSetView): {
  rows: number | null
  columns: number | null
  frames: number
  samplesPerPixel: number | null
  bitsStored: number | null
  photometric: string
} {
  const frames = dataSet.decimal('00280008') ?? 1
  return {
    rows: dataSet.word('00280010') ?? null,
    columns: dataSet.word('00280011') ?? null,
    frames: Number.isInteger(frames) && frames >= 1 ? frames : 1,
    samplesPerPixel: dataSet.word('00280002') ?? null,
    bitsStored: dataSet.word('00280101') ?? null,
    photometric: dataSet.string('00280004', 'CS').toUpperCase(),
  }
}
