import { componentsOf, keepComponents } from '../image/components.ts'
import { grow } from '../image/grow.ts'
import type { Mask } from '../image/raster.ts'

/** over the longer side: how far a partner may be from the mirrored place, and how far neighbours are that speak for a pixel too */
const PARTNER = 0.02
const NEIGHBOURHOOD = 0.01
const TURN = Math.PI / 7
/** the lesser of the two lines' heights over the greater */
const ALIKE = 0.5
/** of the neighbours, so many have a partner as well */
const MOST = 0.5

export interface Lines {
  readonly line: Mask
  /** along the line, radians 0 … π from the x axis */
  readonly direction: Float32Array
  /** above both sides */
  readonly height: Float32Array
}

/**
 * Ribs, clavicles, shoulder blades and arms have their like at the mirrored place of the other side; what a person puts into a patient has not. Lines are taken away where
 * a pixel and its partner are each other's nearest, as high and as steep as one another: a drain beside the ribs is near their partner too, but the ribs are nearer.
 * What lies on the axis itself, a tube in the windpipe, is its own mirror image and stays.
 */
export function withoutPartners(lines: Lines, doubledAxis: number): Mask {
  const { line, line: { data, rows, columns } } = lines
  const side = Math.max(rows, columns)
  const [reach, near] = [Math.round(PARTNER * side), Math.round(NEIGHBOURHOOD * side)]
  const partnered = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 0 || Math.abs(doubledAxis - 2 * (i % columns)) < 2 * reach) continue
    const partner = partnerOf(lines, i, doubledAxis, reach)
    const back = partner < 0 ? -1 : partnerOf(lines, partner, doubledAxis, reach)
    if (back >= 0 && distanceBetween(i, back, columns) <= near) partnered[i] = 1
  }
  const left = data.map((value, i) => value & Number(partnered[i] === 0 || shareAround(partnered, line, i, near) < MOST))
  return { ...line, data: left }
}

/**
 * Small objects without those in the body most of whose mirrored place is near another one: where ribs cross, or clavicles and ribs, there are two. What lies on the axis
 * or beside the body stays: two letters of lead are no anatomy.
 */
export function objectsAlone(objects: Mask, body: Mask, doubledAxis: number): Mask {
  const { data, rows, columns } = objects
  const reach = Math.round(PARTNER * Math.max(rows, columns))
  const near = grow(objects, reach)
  const { labels, components } = componentsOf(objects)
  const [mirrored, inBody] = [new Uint32Array(components.length + 1), new Uint32Array(components.length + 1)]
  for (let i = 0; i < data.length; i++) {
    if (labels[i] === 0) continue
    const column = doubledAxis - (i % columns)
    if (column >= 0 && column < columns && near.data[i - (i % columns) + column] !== 0) mirrored[labels[i]]++
    inBody[labels[i]] += body.data[i]
  }
  return keepComponents(objects, ({ label, left, right, area }) => {
    const isOnAxis = 2 * left - doubledAxis < 2 * reach && doubledAxis - 2 * right < 2 * reach
    return isOnAxis || inBody[label] < MOST * area || mirrored[label] < MOST * area
  })
}

/** The nearest to the mirrored place of what is as high and, mirrored, as steep; −1: there is none. */
function partnerOf({ line: { data, rows, columns }, direction, height }: Lines, at: number, doubledAxis: number, reach: number): number {
  const [row, column] = [Math.floor(at / columns), doubledAxis - (at % columns)]
  let [best, place] = [reach * reach + 1, -1]
  for (let y = Math.max(0, row - reach); y <= Math.min(rows - 1, row + reach); y++)
    for (let x = Math.max(0, column - reach); x <= Math.min(columns - 1, column + reach); x++) {
      const other = y * columns + x
      const distance = (y - row) ** 2 + (x - column) ** 2
      if (data[other] === 0 || distance >= best || turnBetween(direction[other], Math.PI - direction[at]) > TURN) continue
      if (Math.min(height[at], height[other]) < ALIKE * Math.max(height[at], height[other])) continue
      ;[best, place] = [distance, other]
    }
  return place
}

function distanceBetween(one: number, other: number, columns: number): number {
  return Math.hypot(Math.floor(one / columns) - Math.floor(other / columns), (one % columns) - (other % columns))
}

/** Of the line's pixels within `reach`, the share that is in `some`. */
function shareAround(some: Uint8Array, { data, rows, columns }: Mask, at: number, reach: number): number {
  const [row, column] = [Math.floor(at / columns), at % columns]
  let [own, all] = [0, 0]
  for (let y = Math.max(0, row - reach); y <= Math.min(rows - 1, row + reach); y++)
    for (let x = Math.max(0, column - reach); x <= Math.min(columns - 1, column + reach); x++) {
      all += data[y * columns + x]
      own += some[y * columns + x]
    }
  return own / all
}

/** Between two directions of lines, 0 … π/2. */
export function turnBetween(one: number, other: number): number {
  const turn = Math.abs(one - other) % Math.PI
  return Math.min(turn, Math.PI - turn)
}
