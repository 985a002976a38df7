import type { Frame, ImageNotice } from '../dicom/frame.ts'
import { inspectJpeg } from '../dicom/jpeg-markers.ts'
import { decodeFrame } from '../dicom/pixels.ts'
import { elementHead, UNDEFINED_LENGTH, writeElement, writeText } from '../dicom/write-elements.ts'
import { ReviewError } from '../contract/errors.ts'
import { decodePng } from './png.ts'
import { refuseSize } from './raw-picture.ts'
import type { RawPicture } from './raw-picture.ts'

export const NOT_DICOM_IMAGE: ImageNotice = { code: 'not-dicom-image', message: 'A PNG or JPEG image, not DICOM: it has no header, no windows and no spacing, and its values may be display values.' }

const LITTLE = { implicitVr: false, bigEndian: false }
const NATIVE = '1.2.840.10008.1.2.1'
/** JPEG of 8 bits and of 12 (PS3.5 A.4.1, A.4.2) */
const JPEG_SYNTAX: Readonly<Record<number, string>> = { 8: '1.2.840.10008.1.2.4.50', 12: '1.2.840.10008.1.2.4.51' }

/**
 * The one frame of a PNG or JPEG image. It is given the DICOM header that it lacks and goes the way of all others, with the same codecs and
 * guards; grey that was saved as colour becomes grey again. An orientation in EXIF is not applied, as in the usual loaders of training code.
 * Throws the codes of image files, `no-such-frame`.
 */
export async function decodePicture(bytes: Uint8Array, frameIndex = 0): Promise<Frame> {
  const isJpeg = bytes[0] === 0xff
  const picture = isJpeg ? await decodeJpeg(bytes) : decodePng(bytes)
  const frame = await decodeFrame(asDicom(asGrey(picture) ?? picture), frameIndex)
  const lossy = isJpeg ? { ratio: null, method: 'JPEG' } : null
  return { ...frame, lossy, notices: [NOT_DICOM_IMAGE, ...frame.notices.filter(({ code }) => code === 'colour')] }
}

async function decodeJpeg(bytes: Uint8Array): Promise<RawPicture> {
  const { rows, columns, components, bits, bytes: codestream } = inspectJpeg(bytes)
  if (components !== 1 && components !== 3) throw new ReviewError('unsupported-pixel-format', `A JPEG image of ${components} components (print colours, perhaps) is not read. Save it as grey or RGB.`)
  const syntax = JPEG_SYNTAX[bits]
  if (!syntax) throw new ReviewError('unsupported-pixel-format', `A JPEG image of ${bits} bits a sample is not read. Save it with 8.`)
  refuseSize(rows, columns)
  const frame = await decodeFrame(dicom({ rows, columns, samples: components, bits }, syntax, components === 3 ? 'YBR_FULL_422' : 'MONOCHROME2', encapsulated(codestream)))
  return { rows, columns, samples: frame.samples, bits, values: frame.stored as Uint8Array | Uint16Array }
}

/** null where a pixel has a colour */
function asGrey({ rows, columns, samples, bits, values }: RawPicture): RawPicture | null {
  if (samples === 1) return null
  for (let at = 0; at < values.length; at += 3) if (values[at] !== values[at + 1] || values[at] !== values[at + 2]) return null
  return { rows, columns, samples: 1, bits, values: values.filter((_, at) => at % 3 === 0) }
}

function asDicom(picture: RawPicture): Uint8Array {
  const { values, samples } = picture
  const pixels = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return dicom(picture, NATIVE, samples === 3 ? 'RGB' : 'MONOCHROME2', [writeElement('7fe00010', values instanceof Uint16Array ? 'OW' : 'OB', pixels, LITTLE)])
}

/** The Image Pixel module (PS3.3 C.7.6.3) around pixel data that is written already. */
function dicom({ rows, columns, samples, bits }: Omit<RawPicture, 'values'>, syntax: string, photometric: string, pixelData: readonly Uint8Array[]): Uint8Array {
  const word = (tag: string, value: number) => writeElement(tag, 'US', Uint8Array.of(value & 0xff, value >> 8), LITTLE)
  return Buffer.concat([
    Buffer.alloc(128), Buffer.from('DICM'), writeText('00020010', 'UI', syntax, LITTLE),
    word('00280002', samples), writeText('00280004', 'CS', photometric, LITTLE), ...(samples === 3 ? [word('00280006', 0)] : []),
    word('00280010', rows), word('00280011', columns), word('00280100', bits > 8 ? 16 : 8), word('00280101', bits), word('00280102', bits - 1), word('00280103', 0),
    ...pixelData,
  ])
}

/** One fragment behind an empty offset table (PS3.5 A.4). */
function encapsulated(codestream: Uint8Array): Uint8Array[] {
  const item = (length: number) => Buffer.from([0xfe, 0xff, 0x00, 0xe0, length & 0xff, (length >> 8) & 0xff, (length >> 16) & 0xff, length >>> 24])
  const padding = Buffer.alloc(codestream.length % 2)
  return [elementHead('7fe00010', 'OB', UNDEFINED_LENGTH, LITTLE), item(0), item(codestream.length + padding.length), codestream, padding, Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0])]
}
