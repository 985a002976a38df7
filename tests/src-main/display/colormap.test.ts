import { describe, expect, it } from 'vitest'
import { COLORMAPS, COLORMAP_SIZE, colormapFor, type Colormap } from '../../../src-main/display/colormap.ts'

const entry = (map: Colormap, i: number) => [...map.table.subarray(i * 3, i * 3 + 3)]
const byId = (id: string) => COLORMAPS.find((map) => map.id === id)!

/** CIELAB lightness (D65) of an sRGB colour. */
function lightness([r, g, b]: number[]): number {
  const [lr, lg, lb] = [r, g, b].map((v) => v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)
  const y = 0.2126 * lr + 0.7152 * lg + 0.0722 * lb
  return y > 216 / 24389 ? 116 * Math.cbrt(y) - 16 : 24389 / 27 * y
}

describe('colormaps', () => {
  it('viridis, inferno and cividis have their published ends and middle', () => {
    expect(entry(byId('viridis'), 0)).toEqual([0x44, 0x01, 0x54])
    expect(entry(byId('viridis'), 255)).toEqual([0xfd, 0xe7, 0x25])
    expect(entry(byId('inferno'), 0)).toEqual([0x00, 0x00, 0x04])
    expect(entry(byId('inferno'), 255)).toEqual([0xfc, 0xff, 0xa4])
    expect(entry(byId('cividis'), 255)).toEqual([0xfd, 0xea, 0x45])
    for (const [c, value] of [0x21, 0x90, 0x8d].entries()) expect(Math.abs(entry(byId('viridis'), 128)[c] - value)).toBeLessThanOrEqual(1)
  })

  it.each(COLORMAPS.filter((map) => map.kind === 'sequential').map((map) => [map.id, map] as const))('%s grows lighter with every step of eight', (_, map) => {
    for (let i = 8; i < COLORMAP_SIZE; i += 8) expect(lightness(entry(map, i))).toBeGreaterThan(lightness(entry(map, i - 8)))
  })

  it.each(COLORMAPS.filter((map) => map.kind === 'diverging').map((map) => [map.id, map] as const))('%s is neutral at zero and as light at −x as at +x', (_, map) => {
    const [r, g, b] = entry(map, 127)
    expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThanOrEqual(4)
    for (let i = 0; i < 128; i += 16) expect(Math.abs(lightness(entry(map, i)) - lightness(entry(map, 255 - i)))).toBeLessThan(8)
  })

  it('a signed map never gets a one-sided colormap', () => {
    expect(colormapFor('viridis', 'diverging').kind).toBe('diverging')
    expect(colormapFor('blue-red', 'sequential').id).toBe('inferno')
    expect(colormapFor('magma', 'sequential').id).toBe('magma')
  })

  it('every colormap names its source', () => {
    for (const map of COLORMAPS) expect(map.source).not.toBe('')
  })
})
