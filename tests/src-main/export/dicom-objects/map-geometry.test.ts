import { expect, it } from 'vitest'
import { mapGeometry } from '../../../../src-main/export/dicom-objects/map-geometry.ts'
import { decimalString, longText, personName } from '../../../../src-main/export/dicom-objects/texts.ts'
import { sampleImage, sampleMap } from '../sample-source.ts'

// 40 × 60 pixels, squashed to 30 × 20 of the model's input, in 3 × 2 cells: a cell is 13.33 pixels wide and 30 high
const map = sampleMap()

it('of a projection radiograph lies in the detector plane, its first pixel at the origin', () => {
  const { spacingMm, position, orientation, inPatient } = mapGeometry(sampleImage(), map)!
  expect(inPatient).toBe(false)
  expect(spacingMm[0]).toBeCloseTo(30 * 0.2, 10)
  expect(spacingMm[1]).toBeCloseTo(40 / 3 * 0.1, 10)
  // the centre of the first cell is at pixel (6.67, 15); pixel centres are at + 0.5
  expect(position[0]).toBeCloseTo((20 / 3 - 0.5) * 0.1, 10)
  expect(position[1]).toBeCloseTo((15 - 0.5) * 0.2, 10)
  expect(orientation).toEqual([1, 0, 0, 0, 1, 0])
})

it('of a slice lies on its plane in the patient', () => {
  const image = sampleImage({ frameOfReferenceUid: '1.2.9', position: [-100, 50, 7], orientation: [0, 1, 0, 0, 0, -1], spacing: { rowMm: 0.5, columnMm: 0.25, source: 'calibrated' } })
  const { position, inPatient } = mapGeometry(image, map)!
  expect(inPatient).toBe(true)
  expect(position[0]).toBe(-100)
  expect(position[1]).toBeCloseTo(50 + (20 / 3 - 0.5) * 0.25, 10)
  expect(position[2]).toBeCloseTo(7 - (15 - 0.5) * 0.5, 10)
})

it('of an image without spacing is nowhere', () => {
  expect(mapGeometry(sampleImage({ spacing: { rowMm: 1, columnMm: 1, source: 'none' } }), map)).toBeNull()
})

it('texts fit their value representations', () => {
  expect(longText('a'.repeat(64))).toHaveLength(64)
  expect(Buffer.byteLength(longText('ü'.repeat(64)))).toBeLessThanOrEqual(64)
  expect(longText('one\\two\nthree\u0000')).toBe('one/two three')
  expect(personName('A^B=C')).toBe('A B C')
  expect(personName(' ')).toBe('unnamed')
  for (const value of [1 / 3, -1e-17 / 3, 123456789.123456, 0, -0.1, 1e300]) expect([value, decimalString(value).length <= 16, Math.abs(Number(decimalString(value)) - value) <= Math.abs(value) * 1e-8]).toEqual([value, true, true])
})
