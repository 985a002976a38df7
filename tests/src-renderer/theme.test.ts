/// <reference types="node" />
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const css = readFileSync(new URL('../../src-renderer/theme.css', import.meta.url), 'utf8')
const block = (selector: string) => css.slice(css.indexOf(`${selector} {`)).split('}')[0]
const colours = (text: string) => Object.fromEntries([...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]))
const dark = colours(block(':root'))
const THEMES = { dark, light: { ...dark, ...colours(block("[data-theme='light']")) } }

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(a: string, b: string): number {
  const [light, dim] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dim + 0.05)
}

describe.each(Object.entries(THEMES))('%s theme', (_, theme) => {
  const surfaces = ['bg', 'bg-raised', 'bg-sunken', 'bg-hover']

  test.each(['text', 'text-dim', 'accent', 'ok', 'warn', 'bad'])('%s can be read on every surface (AA, 4.5)', (name) => {
    for (const surface of surfaces) expect(contrast(theme[name], theme[surface]), `${name} on ${surface}`).toBeGreaterThanOrEqual(4.5)
  })

  test('text can be read on what is selected and on the accent', () => {
    for (const name of ['text', 'ok', 'warn', 'bad']) expect(contrast(theme[name], theme['bg-selected']), name).toBeGreaterThanOrEqual(4.5)
    expect(contrast(theme['accent-text'], theme.accent)).toBeGreaterThanOrEqual(4.5)
  })

  test('borders of controls and the focus ring stand out (AA, 3)', () => {
    for (const name of ['line-strong', 'focus']) for (const surface of surfaces) expect(contrast(theme[name], theme[surface]), `${name} on ${surface}`).toBeGreaterThanOrEqual(3)
  })

  test('greys beside images carry no tint', () => {
    for (const name of ['bg', 'bg-raised', 'bg-sunken', 'bg-hover', 'line', 'text', 'text-dim']) {
      const [r, g, b] = [1, 3, 5].map((at) => theme[name].slice(at, at + 2))
      expect([r, g, b], name).toEqual([r, r, r])
    }
  })
})
