import { deflateSync } from 'node:zlib'
import { createCanvas } from '@napi-rs/canvas'
import { encode } from 'fast-png'
import { expect, test } from 'vitest'

import { decodePicture } from '../../../src-main/sources/picture.ts'
import { randomNumbers } from '../../fixtures/onnx/random.ts'

const random = randomNumbers(7)
const noise = (count: number, top: number) => Array.from({ length: count }, () => Math.floor(random() * top))

test('a PNG image of 16 bits keeps every value', async () => {
  const data = Uint16Array.from(noise(6 * 5, 65_536))
  const frame = await decodePicture(encode({ width: 6, height: 5, depth: 16, channels: 1, data }))
  expect(frame).toMatchObject({ rows: 5, columns: 6, samples: 1, bitsStored: 16, spacing: { source: 'none' }, lossy: null })
  expect(frame.stored).toEqual(data)
  expect(frame.grayscale).toMatchObject({ windows: [], luts: [], inverse: false, modality: { kind: 'linear', slope: 1, intercept: 0 } })
  expect(frame.notices.map(({ code }) => code)).toEqual(['not-dicom-image'])
})

test('colours stay, transparency is left out, and grey that was saved as colour is grey again', async () => {
  const rgba = Uint8Array.from(noise(4 * 4 * 4, 256))
  const colour = await decodePicture(encode({ width: 4, height: 4, channels: 4, data: rgba }))
  expect(colour).toMatchObject({ samples: 3, grayscale: null })
  expect([...colour.stored]).toEqual([...rgba].filter((_, at) => at % 4 !== 3))
  expect(colour.notices.map(({ code }) => code)).toEqual(['not-dicom-image', 'colour'])
  const grey = noise(16, 256)
  const asColour = await decodePicture(encode({ width: 4, height: 4, channels: 3, data: Uint8Array.from(grey.flatMap((value) => [value, value, value])) }))
  expect(asColour).toMatchObject({ samples: 1 })
  expect([...asColour.stored]).toEqual(grey)
  expect(asColour.stored).toEqual((await decodePicture(encode({ width: 4, height: 4, channels: 1, data: Uint8Array.from(grey) }))).stored)
})

test('a JPEG image is read as other decoders read it, and is marked as lossy', async () => {
  const canvas = createCanvas(64, 48)
  const context = canvas.getContext('2d')
  const gradient = context.createLinearGradient(0, 0, 64, 48)
  gradient.addColorStop(0, '#204060')
  gradient.addColorStop(1, '#f0c010')
  context.fillStyle = gradient
  context.fillRect(0, 0, 64, 48)
  const frame = await decodePicture(canvas.toBuffer('image/jpeg', 95))
  expect(frame).toMatchObject({ rows: 48, columns: 64, samples: 3, lossy: { ratio: null, method: 'JPEG' } })
  const drawn = context.getImageData(0, 0, 64, 48).data.filter((_, at) => at % 4 !== 3)
  expect(Math.max(...frame.stored.map((value, at) => Math.abs(value - drawn[at]!)))).toBeLessThan(12)
})

/** A PNG file of one IDAT chunk whose header says `width` × `height`, 8 bits grey. */
function pngOf(width: number, height: number, rows: Uint8Array): Uint8Array {
  const whole = Buffer.from(encode({ width: 1, height: 1, channels: 1, data: new Uint8Array(1) }))
  whole.writeUInt32BE(width, 16)
  whole.writeUInt32BE(height, 20)
  const packed = deflateSync(rows)
  const chunk = Buffer.alloc(12 + packed.length)
  chunk.writeUInt32BE(packed.length, 0)
  chunk.write('IDAT', 4, 'latin1')
  packed.copy(chunk, 8)
  return Buffer.concat([whole.subarray(0, 33), chunk, whole.subarray(whole.length - 12)])
}

test.each([
  ['a header of too many pixels', () => pngOf(70_000, 10, new Uint8Array(1)), 'pixel-data-too-large'],
  ['data that unpacks to more than the image', () => pngOf(4, 4, new Uint8Array(50 * 2 ** 20)), 'pixel-data-damaged'],
  ['a wrong checksum', () => pngOf(4, 4, new Uint8Array(20)), 'pixel-data-damaged'],
  ['a cut end', () => encode({ width: 4, height: 4, channels: 1, data: Uint8Array.from(noise(16, 256)) }).subarray(0, 50), 'pixel-data-damaged'],
  ['no more than a signature', () => Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), 'pixel-data-damaged'],
  ['a cut JPEG', () => createCanvas(64, 48).toBuffer('image/jpeg').subarray(0, 500), 'pixel-data-damaged'],
])('%s is refused by its code', async (_name, make, code) => {
  await expect(decodePicture(make())).rejects.toMatchObject({ code })
})

test('a picture has one frame', async () => {
  await expect(decodePicture(encode({ width: 4, height: 4, channels: 1, data: new Uint8Array(16) }), 1)).rejects.toMatchObject({ code: 'no-such-frame' })
})
