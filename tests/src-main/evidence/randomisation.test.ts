import { describe, expect, it } from 'vitest'
import { alike, cascade, shuffledAlike, similarityOf, verdictOf, verdictWords } from '../../../src-main/evidence/randomisation.ts'
import { spearman, ssim } from '../../../src-main/evidence/similarity.ts'
import { uniform } from '../../../src-main/tensor/random.ts'

const noise = (seed: number, count = 49) => Float32Array.from({ length: count }, uniform(seed))
const map = (values: Float32Array) => ({ grid: [7, 7] as const, values })

describe('similarity', () => {
  it('is 1 for a map and itself, whatever its scale', () => {
    const values = noise(1)
    expect(alike(map(values), map(values.map((value) => 3 * value)))).toEqual({ spearman: expect.closeTo(1, 9), spearmanSigned: expect.closeTo(1, 9), ssim: expect.closeTo(1, 6) })
  })

  it('does not see signs in absolute maps, and sees them in signed ones', () => {
    const values = noise(2).map((value) => value - 0.5)
    const { spearman: absolute, spearmanSigned } = alike(map(values), map(values.map((value) => -value)))
    expect(absolute).toBeCloseTo(1, 9)
    expect(spearmanSigned).toBeCloseTo(-1, 9)
  })

  it('is about nought for cells in random order', () => {
    const found = similarityOf([shuffledAlike(map(noise(3)), 4)])
    expect(Math.abs(found.spearman.mean)).toBeLessThan(0.1)
  })

  it('counts a flat map beside one that is not as unlike, and two flat ones as alike', () => {
    expect(spearman(new Float32Array(9), noise(1, 9))).toBe(0)
    expect(spearman(new Float32Array(9), new Float32Array(9))).toBe(1)
    expect(ssim(new Float32Array(9), new Float32Array(9), [3, 3])).toBeCloseTo(1, 9)
  })
})

describe('the cascade', () => {
  it('begins with the last layer, ends with all of them and takes no layer twice', () => {
    expect(cascade(14, 8)).toEqual([1, 3, 5, 7, 8, 10, 12, 14])
    expect(cascade(3, 8)).toEqual([1, 2, 3])
    expect(cascade(9, 1)).toEqual([9])
    expect(cascade(1, 5)).toEqual([1])
  })
})

describe('the verdict', () => {
  const interval = (mean: number, low: number | null = mean, high: number | null = mean) => ({ mean, low, high, of: 8 })

  it('needs the whole interval on one side', () => {
    expect(verdictOf(interval(0.1, -0.1, 0.3))).toBe('changes')
    expect(verdictOf(interval(0.9, 0.8, 0.95))).toBe('hardly')
    expect(verdictOf(interval(0.45, 0.3, 0.6))).toBe('unclear')
    expect(verdictOf(interval(0.2, null, null))).toBe('changes')
  })

  it('says so in words with its numbers, and that a map which outlives the last layer does not tell the class', () => {
    const point = (depth: number, mean: number) => ({ depth, layer: 'x', spearman: interval(mean), spearmanSigned: interval(mean), ssim: interval(mean), flat: 2, maps: 24 })
    const report = { points: [point(1, 1), point(14, 0.12)], control: point(0, 0.01), cases: [{ caseId: 1, file: 'a' }], draws: 3 }
    const words = verdictWords('changes', report)
    expect(words).toContain('The map changes when the weights do. Rank correlation with the trained model\'s map once all weights are random: 0.12')
    expect(words).toContain('over 1 case and 3 random models; cells in random order give 0.01')
    expect(words).toContain('does not tell which class')
    expect(words).toContain('Of 24 maps of random models 2 are the same everywhere')
  })
})
