import { describe, expect, it } from 'vitest'
import { formatValue, onScale, percentile99, valueScale } from '../../../src-main/display/scale.ts'

const values = Float32Array.from({ length: 100 }, (_, i) => i + 1)
const project = { min: -3, max: 40, p99: 12, maps: 60 }

describe('value scale', () => {
  it('a one-sided scale begins at zero even where the least value is above it', () => {
    expect(valueScale('image', { min: 1, max: 100, signed: false }, values, null)).toMatchObject({ low: 0, high: 100 })
  })

  it('a signed scale is symmetric about zero', () => {
    expect(valueScale('image', { min: -7, max: 2, signed: true }, values, null)).toMatchObject({ low: -7, high: 7, signed: true })
  })

  it('a project scale says over how many maps it is', () => {
    expect(valueScale('project', { min: 0, max: 1, signed: false }, values, project)).toMatchObject({ low: 0, high: 40, over: '60 maps of the project' })
    expect(valueScale('project-p99', { min: 0, max: 1, signed: false }, values, project)).toMatchObject({ high: 12, over: '60 maps of the project, 99th percentile' })
  })

  it('without a project range the image stands in, and the scale says so', () => {
    expect(valueScale('project', { min: 0, max: 5, signed: false }, values, null)).toMatchObject({ high: 5, over: 'this image; the project has no range yet' })
  })

  it('an all-negative one-sided map has an empty scale, and every value stands at its foot', () => {
    const scale = valueScale('image', { min: -4, max: -1, signed: false }, values, null)
    expect(scale).toMatchObject({ low: 0, high: 0 })
    expect(onScale(-2, scale)).toBe(0)
  })

  it('the 99th percentile is of positive values, or of absolute ones on a signed map', () => {
    expect(percentile99(values, false)).toBe(99)
    expect(percentile99(Float32Array.of(-50, 1, 2), true)).toBe(50)
    expect(percentile99(Float32Array.of(-50, 1, 2), false)).toBe(2)
    expect(percentile99(Float32Array.of(-1), false)).toBe(0)
  })

  it('values are clipped to the scale', () => {
    const scale = valueScale('image', { min: -2, max: 2, signed: true }, values, null)
    expect([-9, -2, 0, 1, 9].map((value) => onScale(value, scale))).toEqual([0, 0, 0.5, 0.75, 1])
  })

  it('numbers are short and keep three digits', () => {
    expect([0, 0.0131234, 12.345, 123456, 0.00001234, -0.5].map(formatValue)).toEqual(['0', '0.0131', '12.3', '1.23e5', '1.23e−5', '−0.5'])
  })
})
