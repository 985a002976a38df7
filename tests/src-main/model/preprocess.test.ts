import { describe, expect, it } from 'vitest'
import type { Profile } from '../../../src-main/contract/profile.ts'
import type { Frame } from '../../../src-main/dicom/frame.ts'
import { placement } from '../../../src-main/model/geometry.ts'
import { preprocess } from '../../../src-main/model/preprocess.ts'
import { applyAffine } from '../../../src-main/tensor/affine.ts'
import { tinyProfile } from '../../fixtures/compute.ts'

/** An image of 8 bits, shown over its full range. */
function frame(rows: number, columns: number, value: (x: number, y: number) => number, overrides: Partial<Frame> = {}): Frame {
  const stored = Uint8Array.from({ length: rows * columns }, (_, i) => value(i % columns, Math.floor(i / columns)))
  return {
    rows, columns, samples: 1, stored, bitsStored: 8, frameIndex: 0, frameCount: 1,
    grayscale: { modality: { kind: 'linear', slope: 1, intercept: 0 }, unit: '', windows: [{ center: 127.5, width: 255, function: 'LINEAR_EXACT', explanation: '' }], luts: [], inverse: false, padding: null, storedRange: { low: 0, high: 255 } },
    spacing: { rowMm: 1, columnMm: 1, source: 'none' }, pixelAspect: 1, lossy: null, overlays: [], notices: [], ...overrides,
  }
}
const profile = (resize: Partial<Profile['resize']>, values: Partial<Profile['values']> = {}, input: Partial<Profile['input']> = {}): Profile =>
  tinyProfile({ input: { width: 8, height: 8, channels: 1, ...input }, resize, values: { scale: 1, ...values } })

describe('geometry', () => {
  const place = (width: number, height: number, resize: Partial<Profile['resize']>) => placement(width, height, profile(resize))

  it('squash takes corners to corners', () => {
    const { affine } = place(20, 10, { geometry: 'squash' })
    expect(applyAffine(affine, 0, 0)).toEqual([0, 0])
    expect(applyAffine(affine, 20, 10)).toEqual([8, 8])
  })

  it('center-crop takes the middle square to the corners', () => {
    const { affine } = place(20, 10, { geometry: 'center-crop' })
    expect(applyAffine(affine, 5, 0)).toEqual([0, 0])
    expect(applyAffine(affine, 15, 10)).toEqual([8, 8])
  })

  it('resize-crop truncates the long side and rounds the crop half to even, as torchvision', () => {
    // Resize(10) of 23×17 gives 13×10 (13.53 truncated); CenterCrop(8) starts at round(2.5) = 2 and round(1) = 1
    expect(place(23, 17, { geometry: 'resize-crop', shortSide: 10 })).toMatchObject({ width: 13, height: 10, cropLeft: 2, cropTop: 1 })
    expect(() => place(23, 17, { geometry: 'resize-crop', shortSide: 7 })).toThrow(/shortSide is 7, smaller/)
  })

  it('letterbox keeps the aspect and centres the image', () => {
    expect(place(20, 10, { geometry: 'letterbox' })).toMatchObject({ width: 8, height: 4, padLeft: 0, padTop: 2 })
  })

  it('the affine says where each part of the image lies in the input', () => {
    const blob = (cx: number, cy: number) => frame(64, 96, (x, y) => 255 * Math.exp(-((x + 0.5 - cx) ** 2 + (y + 0.5 - cy) ** 2) / 72))
    for (const resize of [{ geometry: 'squash' }, { geometry: 'center-crop' }, { geometry: 'resize-crop', shortSide: 40 }, { geometry: 'letterbox' }] as const) {
      const { data, affine, width } = preprocess(blob(50, 30), profile(resize, {}, { width: 32, height: 32 }))
      const total = data.reduce((sum, value) => sum + value, 0)
      const x = data.reduce((sum, value, i) => sum + value * ((i % width) + 0.5), 0) / total
      const y = data.reduce((sum, value, i) => sum + value * (Math.floor(i / width) + 0.5), 0) / total
      const [wantedX, wantedY] = applyAffine(affine, 50, 30)
      expect(x).toBeCloseTo(wantedX, 0.8)
      expect(y).toBeCloseTo(wantedY, 0.8)
    }
  })
})

describe('values', () => {
  it('are luminance of 0 to 255, scaled, shifted, and normalised by channel', () => {
    const { data } = preprocess(frame(8, 8, () => 255), profile({}, { scale: 1 / 255, offset: 0.5, mean: [0.5, 1, 0], std: [1, 2, 4] }, { channels: 3 }))
    expect([data[0], data[64], data[128]].map((value) => Math.round(value * 1e4) / 1e4)).toEqual([1, 0.25, 0.375])
  })

  it('of the modality skip the window', () => {
    const wide = frame(8, 8, (x) => x, { grayscale: { ...frame(1, 1, () => 0).grayscale!, modality: { kind: 'linear', slope: 2, intercept: -100 } } })
    expect([...preprocess(wide, profile({}, { source: 'modality' })).data.subarray(0, 3)]).toEqual([-100, -98, -96])
  })

  it('normalised by bits span 0 to 255 whatever the bits', () => {
    const twelve = frame(8, 8, () => 0, { bitsStored: 12, stored: new Uint16Array(64).fill(4095), grayscale: { ...frame(1, 1, () => 0).grayscale!, storedRange: { low: 4095, high: 4095 } } })
    expect(preprocess(twelve, profile({}, { source: 'modality', normaliseByBits: true })).data[0]).toBeCloseTo(255, 4)
  })

  it('of padding stand where the letterbox leaves room', () => {
    const { data } = preprocess(frame(4, 8, () => 255), profile({ geometry: 'letterbox', padValue: 7 }))
    expect([data[0], data[63], data[3 * 8]]).toEqual([7, 7, 255])
  })

  it('of colour stay colour for three channels and become luma for one', () => {
    const colour = frame(8, 8, () => 0, { samples: 3, grayscale: null, stored: Uint8Array.from({ length: 192 }, (_, i) => [200, 100, 50][i % 3]) })
    const { data } = preprocess(colour, profile({}, {}, { channels: 3 }))
    expect([data[0], data[64], data[128]].map(Math.round)).toEqual([200, 100, 50])
    expect(preprocess(colour, profile({})).data[0]).toBeCloseTo(0.299 * 200 + 0.587 * 100 + 0.114 * 50, 3)
  })
})
