import type { ExportAttribution } from '../types.ts'
import { CODES, coded } from './codes.ts'
import { commonModules, lossyModule, mapWords, referenceTo, type ObjectSource } from './modules.ts'
import { dicomDate, dicomTime, paragraph } from './texts.ts'
import type { DataSet } from './write-object.ts'

const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7'

export interface Rgb { readonly width: number; readonly height: number; readonly pixels: Uint8Array }

/**
 * A picture of original and overlay, its caveat within it, as a Secondary Capture (PS3.3 A.8.1). Burned In Annotation is YES since the picture has words;
 * what was burned into the image itself is in it too.
 * pixels: [height, width, 3]
 */
export function secondaryCapture(source: ObjectSource, map: ExportAttribution, index: number, { width, height, pixels }: Rgb): DataSet {
  const { image, row: { detail } } = source
  const identity = {
    kind: 'sc', sopClass: SECONDARY_CAPTURE, modality: 'OT', seriesNumber: 9003, seriesDescription: 'RightReason: attribution overlays', instanceNumber: detail.id * 100 + index + 1, of: [mapWords(map), map.computedAt, index], time: map.computedAt,
  }
  return {
    ...commonModules(source, identity, [map]),
    ...lossyModule(image),
    ConversionType: 'WSD',
    DateOfSecondaryCapture: dicomDate(map.computedAt),
    TimeOfSecondaryCapture: dicomTime(map.computedAt),
    ImageType: ['DERIVED', 'SECONDARY'],
    PatientOrientation: '',
    BurnedInAnnotation: 'YES',
    ImageComments: paragraph(map.caveat),
    DerivationDescription: paragraph(`${mapWords(map)}. ${map.caveat}`),
    DerivationCodeSequence: coded(CODES.imageProcessing),
    SourceImageSequence: [{ ...referenceTo(image), PurposeOfReferenceCodeSequence: coded(CODES.sourceImage) }],
    SamplesPerPixel: 3,
    PhotometricInterpretation: 'RGB',
    PlanarConfiguration: 0,
    Rows: height,
    Columns: width,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    PixelData: evenBytes(pixels),
  }
}

/** A value field has an even length (PS3.5 7.1). */
function evenBytes(bytes: Uint8Array): ArrayBuffer {
  const even = new Uint8Array(bytes.length + bytes.length % 2)
  even.set(bytes)
  return even.buffer
}
