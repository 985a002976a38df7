import { describe, expect, it } from 'vitest'

import { gaussianBlur } from '../../../src-main/image/blur.ts'
import { findTextLines } from '../../../src-main/image/text-lines.ts'
import { uniform } from '../../../src-main/tensor/random.ts'
import type { Words } from '../../fixtures/drawn-text.ts'
import { drawnText } from '../../fixtures/drawn-text.ts'

describe('Text in the pixels', () => {
  it.each<[string, Words]>([
    ['capitals', { text: 'MUSTERMANN ERIKA', x: 60, y: 80, em: 18 }],
    ['small letters', { text: 'Elsewhere Hospital', x: 60, y: 80, em: 20 }],
    ['a date', { text: '12.03.1961', x: 300, y: 400, em: 20 }],
    ['large letters', { text: 'PORTABLE', x: 60, y: 200, em: 60 }],
    ['dark letters', { text: 'ACC 99001234', x: 60, y: 300, em: 22, ink: 0 }],
  ])('is found as %s', (_, words) => {
    const lines = findTextLines(drawnText(512, 512, [words], words.ink === 0 ? 0.7 : 0.2))
    expect(lines).toHaveLength(1)
    const [{ left, top, right, bottom, letters }] = lines
    expect(letters).toBeGreaterThanOrEqual(words.text.length / 2)
    expect([left, bottom]).toEqual([expect.closeTo(words.x, -1.2), expect.closeTo(words.y, -1.2)])
    expect(bottom - top).toBeLessThan(1.3 * words.em)
    expect(right).toBeGreaterThan(words.x + 3 * words.em)
  })

  it('is found in a film that was turned, and in a large one', () => {
    const [turned] = findTextLines(drawnText(512, 512, [{ text: 'MUSTERMANN', x: 80, y: 60, em: 20, turned: true }]))
    expect(turned.bottom - turned.top).toBeGreaterThan(4 * (turned.right - turned.left))
    const [large] = findTextLines(drawnText(1500, 1250, [{ text: 'MUSTERMANN', x: 800, y: 1400, em: 40 }]))
    expect([large.left, large.bottom]).toEqual([expect.closeTo(800, -1.2), expect.closeTo(1400, -1.2)])
  })

  it('is told apart line by line', () => {
    const lines = findTextLines(drawnText(512, 512, [{ text: 'MUSTERMANN', x: 60, y: 60, em: 20 }, { text: 'ID 47110815', x: 60, y: 90, em: 20 }]))
    expect(lines.map(({ bottom }) => Math.round(bottom / 10)).sort()).toEqual([6, 9])
  })

  it('is not a laterality marker, a projection, a wire, or noise', () => {
    expect(findTextLines(drawnText(512, 512, [{ text: 'L', x: 400, y: 80, em: 30 }, { text: 'AP', x: 60, y: 300, em: 24 }]))).toEqual([])
    const wire = drawnText(512, 512, [])
    for (let column = 20; column < 490; column++) for (let width = 0; width < 3; width++) wire.data[(250 + Math.round(40 * Math.sin(column / 30)) + width) * 512 + column] = 1
    expect(findTextLines(wire)).toEqual([])
  })

  it('is not what chance makes of speckle', () => {
    for (const sigma of [0, 0.8]) {
      const speckle = gaussianBlur({ data: Float32Array.from({ length: 300 * 300 }, uniform(3)), rows: 300, columns: 300 }, sigma)
      expect(findTextLines(speckle)).toEqual([])
    }
  })

  it('is not looked for in nothing', () => {
    expect(findTextLines({ data: new Float32Array(0), rows: 0, columns: 0 })).toEqual([])
    expect(findTextLines({ data: new Float32Array(6), rows: 2, columns: 3 })).toEqual([])
  })
})
