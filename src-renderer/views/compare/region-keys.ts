import type { Region } from '../../../src-main/contract/records.ts'

interface Size { readonly columns: number; readonly rows: number }
type Step = readonly [x: number, y: number]

/** one press of a key, as a share of the image's longer side */
const STEP = 0.02

/** Where a region begins that is placed by the keyboard: the middle of the image. */
export function middleRegion({ columns, rows }: Size): Region {
  return { kind: 'rectangle', x: Math.round(columns * 0.375), y: Math.round(rows * 0.375), width: Math.max(1, Math.round(columns / 4)), height: Math.max(1, Math.round(rows / 4)) }
}

/** A step to one side; it stays within the image. */
export function movedRegion(region: Region, [x, y]: Step, image: Size): Region {
  const step = stepPixels(image)
  return { ...region, x: between(0, region.x + x * step, image.columns - region.width), y: between(0, region.y + y * step, image.rows - region.height) }
}

/** Its right and lower edge a step further; at least a step wide and high, and within the image. */
export function resizedRegion(region: Region, [x, y]: Step, image: Size): Region {
  const step = stepPixels(image)
  return { ...region, width: between(Math.min(step, region.width), region.width + x * step, image.columns - region.x), height: between(Math.min(step, region.height), region.height + y * step, image.rows - region.y) }
}

function stepPixels({ columns, rows }: Size): number {
  return Math.max(1, Math.round(Math.max(columns, rows) * STEP))
}

function between(low: number, value: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
