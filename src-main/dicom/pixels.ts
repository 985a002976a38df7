import { ReviewError } from '../contract/errors.ts'
import { burnedInOf, burnedInWarning } from './burned-in.ts'
import { needsColourConversion, toRgb } from './colour.ts'
import type { DataSetView } from './data-set.ts'
import type { Frame, ImageNotice, StoredArray } from './frame.ts'
import { readPixelAspect, readSpacing } from './geometry.ts'
import { readGrayscalePipeline } from './grayscale-header.ts'
import type { ImagePixel } from './image-pixel.ts'
import { readImagePixel } from './image-pixel.ts'
import { readOverlays } from './overlays.ts'
import { applyPalette } from './palette.ts'
import type { ParsedDicom } from './parse.ts'
import { parseDicom } from './parse.ts'
import type { FrameSamples } from './samples.ts'
import { readSamples } from './samples.ts'

/**
 * One frame of a DICOM file in memory, counted from 0: any transfer syntax of the table, any photometric interpretation.
 * Stored values stay as the file has them; colour becomes RGB. Takes long for large compressed images: call it in a worker.
 * Throws the codes of DICOM and image files (contract/errors.ts); after an error the next image decodes as if nothing had been.
 */
export async function decodeFrame(bytes: Uint8Array, frameIndex = 0): Promise<Frame> {
  const parsed = parseDicom(bytes)
  const image = readImagePixel(parsed.dataSet)
  const samples = await readSamples(parsed, image, frameIndex)
  return frameOf(parsed, image, samples, frameIndex)
}

export interface StoredSamples {
  readonly values: StoredArray
  readonly image: ImagePixel
}

/**
 * The stored values before any colour conversion of ours: palette indices and YBR samples stay what they are
 * (what JPEG 2000 transforms within its stream is undone by its decoder). Errors as `decodeFrame`.
 */
export async function decodeStoredSamples(bytes: Uint8Array, frameIndex = 0): Promise<StoredSamples> {
  const parsed = parseDicom(bytes)
  const image = readImagePixel(parsed.dataSet)
  const { values } = await readSamples(parsed, image, frameIndex)
  return { values, image }
}

function frameOf(parsed: ParsedDicom, image: ImagePixel, samples: FrameSamples, frameIndex: number): Frame {
  const { dataSet } = parsed
  const stored = toDisplayColour(dataSet, image, samples)
  const isGrayscale = stored.length === image.rows * image.columns
  const spacing = readSpacing(dataSet, frameIndex)
  return {
    rows: image.rows,
    columns: image.columns,
    samples: isGrayscale ? 1 : 3,
    stored,
    bitsStored: image.photometric === 'PALETTE COLOR' ? 8 : image.bitsStored,
    frameIndex,
    frameCount: image.frames,
    grayscale: isGrayscale ? readGrayscalePipeline(dataSet, image, frameIndex, samples) : null,
    spacing,
    pixelAspect: readPixelAspect(dataSet, spacing),
    lossy: readLossy(parsed, samples),
    overlays: readOverlays(dataSet, image, frameIndex, rawWordReader(parsed, image, frameIndex)),
    notices: readNotices(parsed, image, samples),
  }
}

function toDisplayColour(dataSet: DataSetView, image: ImagePixel, samples: FrameSamples): StoredArray {
  if (image.photometric === 'PALETTE COLOR') return applyPalette(samples.values, dataSet, image.signed)
  if (image.samples === 1) return samples.values
  if (image.bitsStored > 16 || image.signed) {
    throw new ReviewError('unsupported-pixel-format', 'Colour images with signed samples or more than 16 bits are not read. Convert the image to RGB of 8 bits.')
  }
  return needsColourConversion(image, samples) ? toRgb(samples.values, image) : samples.values
}

/** Lossy Image Compression (0028,2110) with ratio and method; a lossy codestream counts even where the header is silent. */
function readLossy({ dataSet, syntax }: ParsedDicom, samples: FrameSamples): Frame['lossy'] {
  const isInexactJpeg = (syntax.packing === 'jpeg' || syntax.packing === 'jpeg-ls') && samples.codestream?.inexact === true
  if (dataSet.string('00282110', 'CS') !== '01' && !isInexactJpeg) return null
  const ratio = dataSet.decimals('00282112').at(-1)
  const method = dataSet.strings('00282114').at(-1)
  return { ratio: ratio !== undefined && ratio > 0 ? ratio : null, method: method ?? (syntax.lossy ? syntax.name : '') }
}

/** Reads pixels as they lie in the file, where overlays may sit above the stored bits; only native grayscale can have them. */
function rawWordReader({ dataSet, syntax }: ParsedDicom, image: ImagePixel, frameIndex: number): ((pixel: number) => number) | null {
  if (syntax.packing !== 'native' || image.samples !== 1 || image.bitsAllocated !== 16) return null
  const value = dataSet.valueBytes('7fe00010')!
  const start = frameIndex * image.rows * image.columns * 2
  return (pixel) => dataSet.parser.readUint16(value, start + 2 * pixel)
}

function readNotices(parsed: ParsedDicom, image: ImagePixel, samples: FrameSamples): ImageNotice[] {
  const { dataSet, mended } = parsed
  const notices: ImageNotice[] = []
  const isColour = image.samples === 3 || image.photometric === 'PALETTE COLOR'
  if (isColour) notices.push({ code: 'colour', message: 'A colour image: its luminance (ITU-R BT.601) is used.' })
  if (image.frames > 1) notices.push({ code: 'multi-frame', message: `A multi-frame image: one of ${image.frames} frames is shown.` })
  if (readLossy(parsed, samples)) notices.push({ code: 'lossy', message: 'The image was compressed with loss.' })
  if (!isColour && dataSet.element('00281050') === undefined && dataSet.element('00283010') === undefined && dataSet.element('52009229') === undefined) {
    notices.push({ code: 'no-window', message: 'The file has no window: the full range of its values is shown.' })
  }
  const burnedIn = burnedInWarning(burnedInOf(dataSet))
  if (burnedIn !== null) notices.push({ code: 'burned-in', message: burnedIn })
  if (mended.length > 0) notices.push({ code: 'header-mended', message: `The file was read although its header is irregular: ${mended.join(', ')}.` })
  return notices
}
