import { readPixelAspect, readSpacing } from './geometry.ts'
import { readGrayscalePipeline } from './grayscale-header.ts'
import type { DicomHeader } from './header.ts'
import { headerOf } from './header.ts'
import type { ImagePixel } from './image-pixel.ts'
import { readImagePixel } from './image-pixel.ts'
import { parseDicom } from './parse.ts'
import type { TagRow } from './tag-list.ts'

/** What a file says of itself, for a terminal or a script; `image` is null where it has none. */
export interface DicomInfo {
  readonly transferSyntax: DicomHeader['transferSyntax']
  readonly header: DicomHeader
  readonly image: ImagePixel | null
  readonly spacing: ReturnType<typeof readSpacing>
  readonly pixelAspect: number
  readonly modality: { readonly kind: string; readonly unit: string } | null
  readonly windows: readonly unknown[]
  readonly luts: readonly { readonly entries: number; readonly firstMapped: number; readonly bits: number; readonly explanation: string }[]
  readonly inverse: boolean | null
  readonly padding: { readonly low: number; readonly high: number } | null
  readonly tags: readonly TagRow[]
}

/** Throws what `parseDicom` throws, and what `readImagePixel` throws where the file has an image. No pixel is decoded. */
export function describeDicom(bytes: Uint8Array): DicomInfo {
  const parsed = parseDicom(bytes, { untilPixelData: true })
  const whole = parsed.complete ? parsed : parseDicom(bytes)
  const { header, tags } = headerOf(whole)
  const { dataSet } = whole
  const image = header.hasPixels ? readImagePixel(dataSet) : null
  const isGrayscale = image !== null && image.photometric.startsWith('MONOCHROME')
  const pipeline = isGrayscale ? readGrayscalePipeline(dataSet, image, 0, { values: new Uint8Array(0), range: { low: 0, high: 0 } }) : null
  const spacing = readSpacing(dataSet, 0)
  const withoutValues = <T extends { values: readonly number[] }>({ values, ...rest }: T) => ({ ...rest, entries: values.length })
  return {
    transferSyntax: header.transferSyntax,
    header,
    image,
    spacing,
    pixelAspect: readPixelAspect(dataSet, spacing),
    modality: pipeline && { unit: pipeline.unit, ...(pipeline.modality.kind === 'linear' ? pipeline.modality : withoutValues(pipeline.modality)) },
    windows: pipeline?.windows ?? [],
    luts: pipeline?.luts.map(withoutValues) ?? [],
    inverse: pipeline?.inverse ?? null,
    padding: pipeline?.padding ?? null,
    tags: tags(),
  }
}
