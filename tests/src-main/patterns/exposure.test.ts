import { expect, test } from 'vitest'
import { exposureDrift } from '../../../src-main/patterns/exposure.ts'
import { imageStatistics } from '../../../src-main/patterns/image-statistics.ts'
import { normal } from '../../../src-main/tensor/random.ts'

const SILENT = { progress: () => undefined }

test('brightness, contrast, border and proportions are those of the picture', () => {
  const plane = Float32Array.from({ length: 40 * 20 }, (_, at) => (at % 20 === 0 || at % 20 === 19 || at < 20 || at >= 780 ? 0 : 0.5))
  const found = imageStatistics(plane, 40, 20)
  expect(found.mean).toBeCloseTo((0.5 * 38 * 18) / 800, 6)
  expect(found.borderDarkness).toBe(1)
  expect(found.aspect).toBe(0.5)
  expect(found.contrast).toBeCloseTo(Math.sqrt((0.25 * 38 * 18) / 800 - found.mean ** 2), 6)
})

test('what is blurred is less sharp, whatever its contrast; an even image is not sharp at all', () => {
  const noise = normal(1)
  const sharp = Float32Array.from({ length: 64 * 64 }, noise)
  const blurred = sharp.map((_, at) => (sharp[Math.max(0, at - 1)] + sharp[at] + sharp[Math.min(4095, at + 1)]) / 3)
  const measure = (plane: Float32Array) => imageStatistics(plane, 64, 64).sharpness
  expect(measure(blurred)).toBeLessThan(measure(sharp))
  expect(measure(sharp.map((value) => value / 7))).toBeCloseTo(measure(sharp), 5)
  expect(imageStatistics(new Float32Array(9).fill(0.3), 3, 3)).toMatchObject({ sharpness: 0 })
  expect(imageStatistics(new Float32Array(1200 * 600).fill(0.3), 1200, 600).aspect).toBe(0.5)
  expect(Object.values(imageStatistics(Float32Array.of(1), 1, 1)).every(Number.isFinite)).toBe(true)
})

test('a score that follows the brightness of negatives is found, beside one that does not', () => {
  const noise = normal(3)
  const count = 200
  const mean = Float32Array.from({ length: count }, () => 0.5 + 0.1 * noise())
  const labels = Int32Array.from(mean, (_, i) => i % 4 === 0 ? 1 : i % 10 === 1 ? -1 : 0)
  const flat = new Float32Array(count).fill(1)
  const { rows } = exposureDrift({
    bins: 8, positive: { index: 1, name: 'b', chosen: 'second' }, statistics: { mean, contrast: mean.map(() => noise()), borderDarkness: flat, sharpness: flat, aspect: flat },
    cases: { ids: Int32Array.from(mean, (_, i) => i), patients: new Int32Array(count).fill(-1), labels, predicted: labels.map((label) => Math.max(0, label)), scores: mean.map((value) => value + 0.02 * noise()), verdicts: new Int8Array(count).fill(-1) },
  }, SILENT)
  expect(rows[0].withScore!.value).toBeGreaterThan(0.9)
  expect(Math.abs(rows[1].withScore!.value)).toBeLessThan(0.25)
  expect(rows[2]).toMatchObject({ withScore: null, auroc: { value: 0.5 } })
  for (const { positives, negatives, unlabelled, edges } of rows) {
    expect([...positives, ...negatives, ...unlabelled].reduce((sum, one) => sum + one, 0)).toBe(count)
    expect(edges).toHaveLength(9)
  }
})
