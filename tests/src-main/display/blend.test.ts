import { describe, expect, it } from 'vitest'
import { blendOver, colorMap, valueAlpha, type OverlayStyle } from '../../../src-main/display/blend.ts'
import { caveatText, gridText, noEvidenceText, scaleText } from '../../../src-main/display/caveat.ts'
import { colormapFor } from '../../../src-main/display/colormap.ts'

const style = (over: Partial<OverlayStyle> = {}): OverlayStyle => ({
  colormap: colormapFor('viridis', 'sequential'), scale: { low: 0, high: 1, signed: false, over: 'this image' },
  interpolation: 'cells', opacity: 0.5, threshold: 0, fade: false, ...over,
})
const registration = { affine: { scaleX: 1, scaleY: 1, offsetX: -1, offsetY: 0 }, inputWidth: 2, inputHeight: 2, grid: [2, 2] as const }

describe('blending', () => {
  it('nothing is drawn below the threshold or on an empty scale', () => {
    expect(valueAlpha(0.29, style({ threshold: 0.3 }))).toBe(0)
    expect(valueAlpha(0.31, style({ threshold: 0.3 }))).toBe(1)
    expect(valueAlpha(1, style({ scale: { low: 0, high: 0, signed: false, over: '' } }))).toBe(0)
  })

  it('a signed map keeps its negative values, by absolute value', () => {
    const signed = style({ scale: { low: -1, high: 1, signed: true, over: '' }, threshold: 0.5 })
    expect(valueAlpha(-0.6, signed)).toBe(1)
    expect(valueAlpha(0.4, signed)).toBe(0)
  })

  it('a picture is half picture and half colour at half opacity, and untouched outside the input', () => {
    const picture = new Uint8ClampedArray(4 * 2 * 4).fill(100)
    blendOver(picture, 4, 2, [1, 1], Float32Array.of(1, 0, 0, 0), registration, style({ threshold: 0.1 }))
    expect([...picture.subarray(4, 7)]).toEqual([0xfd, 0xe7, 0x25].map((c) => Math.round(100 * 0.5 + c * 0.5)))
    expect([...picture.subarray(0, 4)]).toEqual([100, 100, 100, 100])
    expect([...picture.subarray(8, 12)]).toEqual([100, 100, 100, 100])
    expect([...picture.subarray(12, 16)]).toEqual([100, 100, 100, 100])
  })

  it('bilinear colours are the colormap’s own, not mixtures of two colours', () => {
    const pixels = colorMap(Float32Array.of(0, 1), [1, 2], [1, 64], style({ interpolation: 'bilinear' }))
    const { table } = colormapFor('viridis', 'sequential')
    const entries = new Set(Array.from({ length: 256 }, (_, i) => table.subarray(i * 3, i * 3 + 3).join()))
    for (let i = 0; i < 64; i++) if (pixels[i * 4 + 3]) expect(entries).toContain(pixels.subarray(i * 4, i * 4 + 3).join())
  })

  it.each(['cells', 'bilinear'] as const)('%s: coloured pixels are those that a picture is blended with', (interpolation) => {
    const values = Float32Array.of(-2, 0.5, 1, 3, -0.25, 2)
    const signed = style({ interpolation, scale: { low: -3, high: 3, signed: true, over: '' }, threshold: 0.1, fade: true, opacity: 1, colormap: colormapFor('blue-red', 'diverging') })
    const pixels = colorMap(values, [2, 3], [8, 12], signed)
    const picture = new Uint8ClampedArray(12 * 8 * 4)
    blendOver(picture, 12, 8, [1, 1], values, { affine: { scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 }, inputWidth: 12, inputHeight: 8, grid: [2, 3] }, signed)
    for (let i = 0; i < 96; i++) for (let c = 0; c < 3; c++) expect(Math.abs(pixels[i * 4 + c] * pixels[i * 4 + 3] / 255 - picture[i * 4 + c])).toBeLessThanOrEqual(2)
  })

  it('without threshold all of the map is drawn, so that it has no edge of its own making', () => {
    expect([-1, 0, 0.5].map((value) => valueAlpha(value, style()))).toEqual([1, 1, 1])
  })

  it('with fading, opacity grows with the value from nothing at zero', () => {
    expect(valueAlpha(0, style({ fade: true }))).toBe(0)
    expect(valueAlpha(-1, style({ fade: true }))).toBe(0)
    expect(valueAlpha(0.25, style({ fade: true }))).toBe(0.25)
    expect(valueAlpha(4, style({ fade: true }))).toBe(1)
  })
})

describe('words in the picture', () => {
  it('the caveat follows the interpolation', () => {
    const about = 'Grad-CAM, 7×7 cells, interpolated; not a segmentation'
    expect(caveatText(about, 'bilinear')).toBe(about)
    expect(caveatText(about, 'cells')).toBe('Grad-CAM, 7×7 cells, as computed; not a segmentation')
    expect(gridText([7, 9])).toBe('7×9 cells')
  })

  it('the scale says its numbers and over what', () => {
    expect(scaleText({ low: -0.5, high: 0.5, signed: true, over: '60 maps of the project' })).toBe('−0.5 … 0.5 (60 maps of the project)')
  })

  it('no positive evidence is a sentence that names the class', () => {
    expect(noEvidenceText('Pneumonia')).toContain('‘Pneumonia’')
  })
})
