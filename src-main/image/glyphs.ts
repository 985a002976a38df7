import { componentsOf } from './components.ts'
import type { Component } from './components.ts'
import { localStatistics } from './local-statistics.ts'
import type { Grey, Mask } from './raster.ts'

/** Something of the size and make of a letter: drawn with lines of one width in one brightness. The box is inclusive. */
export interface Glyph {
  readonly top: number
  readonly left: number
  readonly bottom: number
  readonly right: number
  readonly height: number
  readonly width: number
  /** mean width of its lines, in pixels */
  readonly stroke: number
  /** brightness of its ink: the mean of its brighter half (of its darker half where it is dark) */
  readonly ink: number
  /** how far its ink stands out from the rest of its box, of the range from black to white */
  readonly contrast: number
}

/** Radius of the square that a pixel is compared with: about a letter. */
const RADIUS = 10
/** Ink stands out by so many local deviations (Niblack 1986), and by so much of the range from black to white. */
const DEVIATIONS = 0.8
const LEAST_CONTRAST = 0.15
const HEIGHTS = { least: 5, most: 30 }
/** Widths over height: a 1 is narrow, letters that run together are wide. */
const WIDEST = 4
/** Lines over height: from a hairline to bold print. */
const STROKES = { least: 0.05, most: 0.45 }
/** A letter fills so much of its box. */
const FILLS = { least: 0.12, most: 0.92 }

/** Letter-like shapes that are brighter than what is around them, or darker. `luminance` runs from 0 to 1. */
export function glyphsOf(luminance: Grey): { bright: Glyph[]; dark: Glyph[] } {
  const { rows, columns, data } = luminance
  const { mean, deviation } = localStatistics(luminance, RADIUS)
  const bright = new Uint8Array(rows * columns)
  const dark = new Uint8Array(rows * columns)
  for (let at = 0; at < data.length; at++) {
    const above = data[at] - mean.data[at]
    const least = Math.max(LEAST_CONTRAST / 2, DEVIATIONS * deviation.data[at])
    if (above > least) bright[at] = 1
    else if (-above > least) dark[at] = 1
  }
  return { bright: glyphsIn({ data: bright, rows, columns }, luminance, 1), dark: glyphsIn({ data: dark, rows, columns }, luminance, -1) }
}

function glyphsIn(ink: Mask, luminance: Grey, sign: number): Glyph[] {
  const { labels, components } = componentsOf(ink)
  return components.flatMap((component) => {
    const { top, left, bottom, right, area } = component
    const [height, width] = [bottom - top + 1, right - left + 1]
    const isLetterSized = Math.max(height, width) <= HEIGHTS.most * WIDEST && Math.max(height, width) >= HEIGHTS.least && Math.min(height, width) <= HEIGHTS.most
    const fill = area / (height * width)
    if (!isLetterSized || fill < FILLS.least || (fill > FILLS.most && Math.min(height, width) > 0.45 * Math.max(height, width))) return []
    if (top === 0 || left === 0 || bottom === ink.rows - 1 || right === ink.columns - 1) return []
    const { stroke, values, ground } = measured(component, labels, luminance)
    values.sort((one, other) => sign * (other - one))
    const half = values.subarray(0, Math.ceil(values.length / 2))
    const brightness = half.reduce((sum, value) => sum + value, 0) / half.length
    return [{ top, left, bottom, right, height, width, stroke, ink: brightness, contrast: sign * (brightness - ground) }]
  }).filter(({ height, width, stroke, contrast }) => contrast >= LEAST_CONTRAST && stroke >= STROKES.least * Math.min(height, width) && stroke <= STROKES.most * Math.max(height, width))
}

/** The line width by twice the area over the length of the outline, all values of the component, and the mean of what else is in its box. */
function measured({ label, top, left, bottom, right, area }: Component, labels: Int32Array, { data, rows, columns }: Grey): { stroke: number; values: Float32Array; ground: number } {
  const values = new Float32Array(area)
  let found = 0
  let outline = 0
  let ground = 0
  const isInk = (row: number, column: number) => row >= 0 && row < rows && column >= 0 && column < columns && labels[row * columns + column] === label
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      if (!isInk(row, column)) {
        ground += data[row * columns + column]
        continue
      }
      values[found++] = data[row * columns + column]
      for (const [down, across] of SIDES) if (!isInk(row + down, column + across)) outline++
    }
  }
  return { stroke: (2 * area) / outline, values, ground: ground / ((bottom - top + 1) * (right - left + 1) - area || 1) }
}

const SIDES = [[-1, 0], [1, 0], [0, -1], [0, 1]] as const
