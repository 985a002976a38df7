import type { Glyph } from './glyphs.ts'
import { glyphsOf } from './glyphs.ts'
import type { Grey } from './raster.ts'
import { shrunk } from './shrink.ts'

/** A line of text in the image's own pixels; the box is inclusive. `letters` is an estimate. */
export interface TextLine {
  readonly top: number
  readonly left: number
  readonly bottom: number
  readonly right: number
  readonly letters: number
}

/** The first look is at an image of at most this size; letters of 6 to 30 pixels are found in it, larger ones in its halves. */
const FIRST_LOOK = 1024
const LAST_LOOK = 200
/** Single letters and pairs are laterality markers and projections (L, PA), not words. */
const LEAST_LETTERS = 4
const LETTER_WIDTH = 0.75

/**
 * Lines of text that a machine has drawn into an image: rows, or columns where the image was turned, of at least four letter-like shapes of the same height, line width and
 * brightness at the distances of print. `luminance` runs from 0 to 1. Handwriting, text aslant and letters below five pixels are not found.
 */
export function findTextLines(luminance: Grey): TextLine[] {
  const found: TextLine[] = []
  const longest = Math.max(luminance.rows, luminance.columns)
  const first = Math.max(1, Math.ceil(longest / FIRST_LOOK))
  for (let factor = first; factor === first || longest / factor >= LAST_LOOK; factor *= 2) {
    const { bright, dark } = glyphsOf(shrunk(luminance, factor))
    for (const glyphs of [bright, dark]) {
      const across = linesOf(glyphs)
      const down = linesOf(glyphs.map(turned)).map(turned)
      for (const line of [...across, ...down]) {
        const scaled = { top: line.top * factor, left: line.left * factor, bottom: (line.bottom + 1) * factor - 1, right: (line.right + 1) * factor - 1, letters: line.letters }
        if (!found.some((other) => overlap(other, scaled))) found.push(scaled)
      }
    }
  }
  return found
}

type Box = Omit<TextLine, 'letters'>

function turned<Kind extends Box & { readonly height?: number; readonly width?: number }>(box: Kind): Kind {
  return { ...box, top: box.left, left: box.top, bottom: box.right, right: box.bottom, height: box.width, width: box.height }
}

function overlap(one: Box, other: Box): boolean {
  return one.top <= other.bottom && other.top <= one.bottom && one.left <= other.right && other.left <= one.right
}

/** How far two neighbours may differ. Distances are in heights of the taller, from edge to edge. */
const NEIGHBOURS = { heights: 1.9, strokes: 2, ink: 0.2, gap: 1.1, drift: 0.25 }
/** Of a line's letters, so many are within this ratio of the median height: capitals and digits all, small letters most. */
const REGULAR = { share: 0.5, ratio: 1.2 }

/** the widest gap of the tallest letters, in pixels */
const FARTHEST = 40

/** shapes around a line that belong to no line, over its own */
const MOST_STRAYS = 0.25

function linesOf(glyphs: readonly Glyph[]): TextLine[] {
  const sorted = glyphs.filter(({ height, width }) => width <= 4 * height && height <= 30).toSorted((one, other) => one.left - other.left)
  const chains: Glyph[][] = []
  let open: Glyph[][] = []
  for (const glyph of sorted) {
    // No later letter reaches back to these: without this, speckle makes it quadratic.
    open = open.filter((candidate) => candidate.at(-1)!.right >= glyph.left - FARTHEST)
    const chain = open.findLast((candidate) => isNext(candidate.at(-1)!, glyph))
    if (chain) chain.push(glyph)
    else {
      chains.push([glyph])
      open.push(chains.at(-1)!)
    }
  }
  const lines = chains.filter(isLine)
  const inLines = new Set(lines.flat())
  const strays = sorted.filter((glyph) => !inLines.has(glyph))
  return lines.filter((line) => standsApart(line, strays)).map((line) => ({ ...boxOf(line), letters: lettersOf(line) }))
}

function boxOf(line: readonly Glyph[]): Box {
  return {
    top: Math.min(...line.map(({ top }) => top)),
    left: line[0].left,
    bottom: Math.max(...line.map(({ bottom }) => bottom)),
    right: Math.max(...line.map(({ right }) => right)),
  }
}

/** Chance makes lines in speckle and noise, too, but there among many shapes that belong to none: around print there are few. */
function standsApart(line: readonly Glyph[], strays: readonly Glyph[]): boolean {
  const { top, left, bottom, right } = boxOf(line)
  const margin = bottom - top + 1
  const around = { top: top - margin, left: left - margin, bottom: bottom + margin, right: right + margin }
  return strays.filter((stray) => overlap(stray, around)).length <= MOST_STRAYS * line.length
}

function isNext(before: Glyph, glyph: Glyph): boolean {
  const tall = Math.max(before.height, glyph.height)
  const gap = glyph.left - before.right - 1
  const drift = Math.min(Math.abs(before.bottom - glyph.bottom), Math.abs(before.top - glyph.top))
  return gap >= -0.2 * tall && gap <= NEIGHBOURS.gap * tall
    && drift <= Math.max(1, NEIGHBOURS.drift * tall)
    && tall <= NEIGHBOURS.heights * Math.min(before.height, glyph.height)
    && Math.max(before.stroke, glyph.stroke) <= NEIGHBOURS.strokes * Math.min(before.stroke, glyph.stroke)
    && Math.abs(before.ink - glyph.ink) <= NEIGHBOURS.ink
}

function isLine(chain: readonly Glyph[]): boolean {
  if (chain.length < 3 || lettersOf(chain) < LEAST_LETTERS) return false
  const heights = chain.map(({ height }) => height).sort((one, other) => one - other)
  const middle = heights[heights.length >> 1]
  const regular = heights.filter((height) => Math.max(height, middle) <= REGULAR.ratio * Math.min(height, middle)).length
  return regular >= REGULAR.share * chain.length
}

/** Letters that run together count by their width. */
function lettersOf(chain: readonly Glyph[]): number {
  return chain.reduce((sum, { width, height }) => sum + Math.max(1, Math.round((LETTER_WIDTH * width) / height)), 0)
}
