import type { GrayscalePipeline, LookupTable, VoiFunction, VoiWindow } from '../display/grayscale-types.ts'
import type { DataSetView } from './data-set.ts'
import { FRAME_VOI_LUT, frameItem, PIXEL_VALUE_TRANSFORMATION } from './functional-groups.ts'
import type { ImagePixel } from './image-pixel.ts'
import type { SettledValues } from './settle.ts'
import { rangeWithout } from './stored-range.ts'

/** The grayscale pipeline that the header of a frame describes (PS3.4 N.2), with the range of its stored values. */
export function readGrayscalePipeline(dataSet: DataSetView, image: ImagePixel, frameIndex: number, { values, range }: SettledValues): GrayscalePipeline {
  const transformation = frameItem(dataSet, frameIndex, PIXEL_VALUE_TRANSFORMATION, dataSet)
  const modality = readModality(transformation, image.signed)
  const isModalitySigned = modality.kind === 'linear' && (image.signed || modality.intercept < 0)
  const voi = frameItem(dataSet, frameIndex, FRAME_VOI_LUT, dataSet)
  const padding = readPadding(dataSet, image.signed)
  return {
    modality,
    unit: transformation.string('00281054') || (transformation.items('00283000')[0]?.string('00283004') ?? ''),
    windows: readWindows(voi),
    luts: voi.items('00283010').flatMap((item) => readTable(item, isModalitySigned) ?? []),
    inverse: image.photometric === 'MONOCHROME1' || dataSet.string('20500020', 'CS').toUpperCase() === 'INVERSE',
    padding,
    storedRange: rangeWithout(values, range, padding),
  }
}

/** Modality LUT Sequence, else rescale (PS3.3 C.11.1); a slope of 0 would lose the image and counts as absent. */
function readModality(dataSet: DataSetView, signed: boolean): GrayscalePipeline['modality'] {
  const item = dataSet.items('00283000')[0]
  const table = item && readTable(item, signed)
  if (table) return { kind: 'table', ...table }
  return { kind: 'linear', slope: dataSet.decimal('00281053') || 1, intercept: dataSet.decimal('00281052') ?? 0 }
}

/** LUT Descriptor: entries (0 means 65536), first value mapped, bits of an entry; then LUT Data (PS3.3 C.11.1.1.1). */
function readTable(item: DataSetView, signed: boolean): LookupTable | null {
  const [entries, first, bits] = item.words('00283002')
  if (entries === undefined || bits === undefined) return null
  const vr = item.element('00283002')?.vr
  const isSigned = vr === 'SS' || (vr !== 'US' && signed)
  const count = entries === 0 ? 65_536 : entries
  const bytes = item.valueBytes('00283006')
  const values = bytes && bytes.length < 2 * count ? [...bytes] : item.words('00283006')
  if (values.length < count || bits < 1 || bits > 16) return null
  return { firstMapped: isSigned ? (first << 16) >> 16 : first, values: values.slice(0, count), bits, explanation: item.string('00283003') }
}

const VOI_FUNCTIONS: ReadonlySet<string> = new Set(['LINEAR', 'LINEAR_EXACT', 'SIGMOID'] satisfies VoiFunction[])

/** Windows that can be used: as many as have both a centre and a width that their function allows (PS3.3 C.11.2.1.2). */
function readWindows(dataSet: DataSetView): VoiWindow[] {
  const widths = dataSet.decimals('00281051')
  const explanations = dataSet.strings('00281055')
  const declared = dataSet.string('00281056', 'CS').toUpperCase()
  const voiFunction = (VOI_FUNCTIONS.has(declared) ? declared : 'LINEAR') as VoiFunction
  return dataSet.decimals('00281050').flatMap((center, index) => {
    const width = widths[index]
    const isUsable = Number.isFinite(center) && (voiFunction === 'LINEAR' ? width >= 1 : width > 0) && Number.isFinite(width)
    return isUsable ? [{ center, width, function: voiFunction, explanation: explanations[index] ?? '' }] : []
  })
}

/** Pixel Padding Value and Range Limit, in stored values (PS3.3 C.7.5.1.1.2). */
function readPadding(dataSet: DataSetView, signed: boolean): GrayscalePipeline['padding'] {
  const [value] = dataSet.words('00280120', signed)
  if (value === undefined) return null
  const [limit = value] = dataSet.words('00280121', signed)
  return { low: Math.min(value, limit), high: Math.max(value, limit) }
}
