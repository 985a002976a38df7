import { ZONES, type Outline, type Zone, type ZoneName } from '../contract/causal.ts'
import { contoursOf, simplified } from '../image/contour.ts'
import { areaOf, inverted, type Grey, type Mask } from '../image/raster.ts'
import { findTextLines } from '../image/text-lines.ts'
import { resize } from '../tensor/resize.ts'
import { belowDiaphragmOf, lungsOf, mediastinumOf, type Found } from './anatomy.ts'
import { linesOf } from './lines.ts'
import { markersOf } from './objects.ts'
import { fieldMask, scanOf, type Scan } from './scan.ts'
import { textOf } from './text.ts'

/** counted up when what is found changes, so that old results are found anew */
export const DETECTOR = 4

/** longest side that is looked at */
const MOST_PIXELS = 384
/** how far an outline may be from its pixels, in pixels of what was looked at */
const TOLERANCE = 0.75
/** a ring smaller than this, in those pixels, is dust */
const LEAST_RING = 3
const BORDER = 0.09
const CORNER = 0.12

/** What several detectors need, or what is found in the image at its full size. */
interface Shared { readonly lungs: Found | null; readonly text: Found | null }

/** How each zone is found; null: it is not there. */
const DETECTORS: Readonly<Record<ZoneName, (scan: Scan, shared: Shared) => Found | null>> = {
  'outside-body': ({ body, field, hasBody }) => {
    const inField = fieldMask(body, field)
    return hasBody ? { mask: { ...body, data: inField.data.map((value, i) => value & Number(body.data[i] === 0)) }, confidence: 0.7 } : null
  },
  'border': ({ grey }) => ({ mask: band(grey), confidence: 1 }),
  'corners': ({ grey }) => ({ mask: corners(grey), confidence: 1 }),
  'collimation': ({ grey, field, isCollimated }) => isCollimated ? { mask: inverted(fieldMask(grey, field)), confidence: 0.7 } : null,
  'text': (_, { text }) => text,
  'markers': markersOf,
  'lines': linesOf,
  'lungs': (_, { lungs }) => lungs,
  'mediastinum': (scan, { lungs }) => mediastinumOf(scan, lungs),
  'below-diaphragm': (scan, { lungs }) => belowDiaphragmOf(scan, lungs),
}

/**
 * The zones of an image by classical image analysis. luminance: displayed, 0 … 1, row-major. Every zone is in the result, in the order of the table; one that is not found has no
 * outline and the confidence 0.
 */
export function detectZones(luminance: Float32Array, rows: number, columns: number): Zone[] {
  const { grey, scale } = reduced(luminance, rows, columns)
  const scan = scanOf(grey)
  const shared = { lungs: lungsOf(scan), text: textOf(findTextLines({ data: luminance, rows, columns }), grey, scale) }
  return (Object.keys(ZONES) as ZoneName[]).map((name) => {
    const found = DETECTORS[name](scan, shared)
    const { label, cue } = ZONES[name]
    const none = found === null || areaOf(found.mask) === 0
    return {
      name, label, cue, source: 'detected',
      outline: none ? [] : outlineOfMask(found.mask, scale),
      confidence: none ? 0 : found.confidence,
      area: none ? 0 : areaOf(found.mask) / found.mask.data.length,
    }
  })
}

function reduced(data: Float32Array, rows: number, columns: number): { readonly grey: Grey; readonly scale: readonly [number, number] } {
  const factor = Math.min(1, MOST_PIXELS / Math.max(rows, columns))
  const [height, width] = [rows, columns].map((side) => Math.max(1, Math.round(side * factor)))
  const plane = factor === 1 ? data : resize({ data, width: columns, height: rows }, width, height, 'bilinear', true).data
  return { grey: { data: plane, rows: height, columns: width }, scale: [columns / width, rows / height] }
}

/** A mask's outline in image pixels, to a tenth of one. */
function outlineOfMask(mask: Mask, [scaleX, scaleY]: readonly [number, number]): Outline {
  const tenth = (value: number): number => Math.round(value * 10) / 10
  return contoursOf(mask).map((ring) => simplified(ring, TOLERANCE)).filter((ring) => areaOfRing(ring) >= LEAST_RING)
    .map((ring) => ring.map(([x, y]): readonly [number, number] => [tenth(x * scaleX), tenth(y * scaleY)]))
}

function areaOfRing(ring: readonly (readonly [number, number])[]): number {
  let sum = 0
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) sum += ring[j][0] * ring[i][1] - ring[i][0] * ring[j][1]
  return Math.abs(sum) / 2
}

function band({ rows, columns }: Grey): Mask {
  const [down, across] = [Math.max(1, Math.round(BORDER * rows)), Math.max(1, Math.round(BORDER * columns))]
  return where(rows, columns, (row, column) => row < down || row >= rows - down || column < across || column >= columns - across)
}

function corners({ rows, columns }: Grey): Mask {
  const [down, across] = [Math.max(1, Math.round(CORNER * rows)), Math.max(1, Math.round(CORNER * columns))]
  return where(rows, columns, (row, column) => (row < down || row >= rows - down) && (column < across || column >= columns - across))
}

function where(rows: number, columns: number, holds: (row: number, column: number) => boolean): Mask {
  const data = new Uint8Array(rows * columns)
  for (let row = 0, i = 0; row < rows; row++) for (let column = 0; column < columns; column++, i++) if (holds(row, column)) data[i] = 1
  return { data, rows, columns }
}
