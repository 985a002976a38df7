import type { Raster } from './raster.ts'

/**
 * Grey and binary morphology with a square of 2 × radius + 1 pixels (van Herk 1992, Gil and Werman 1993: three comparisons a pixel whatever the radius).
 * Beyond the border nothing is: it neither grows nor shrinks anything.
 */
export function dilate<Image extends Raster>(image: Image, radius: number): Image {
  return filtered(image, radius, Math.max, -Infinity)
}

export function erode<Image extends Raster>(image: Image, radius: number): Image {
  return filtered(image, radius, Math.min, Infinity)
}

/** Without what is narrower than the square. */
export function opened<Image extends Raster>(image: Image, radius: number): Image {
  return dilate(erode(image, radius), radius)
}

/** With gaps closed that are narrower than the square. */
export function closed<Image extends Raster>(image: Image, radius: number): Image {
  return erode(dilate(image, radius), radius)
}

type Extreme = (one: number, other: number) => number

function filtered<Image extends Raster>(image: Image, radius: number, extreme: Extreme, neutral: number): Image {
  const { rows, columns } = image
  const data = image.data.slice()
  if (radius > 0) {
    const along = lineFilter(Math.max(rows, columns), radius, extreme, neutral)
    for (let row = 0; row < rows; row++) along(data, row * columns, 1, columns)
    for (let column = 0; column < columns; column++) along(data, column, columns, rows)
  }
  return { ...image, data }
}

/** Filters `count` values in place, from `start` in steps of `step`; buffers are shared by all lines. */
function lineFilter(longest: number, radius: number, extreme: Extreme, neutral: number): (data: Raster['data'], start: number, step: number, count: number) => void {
  const width = 2 * radius + 1
  const room = Math.ceil((longest + 2 * radius) / width) * width
  const padded = new Float64Array(room)
  const forward = new Float64Array(room)
  const backward = new Float64Array(room)
  return (data, start, step, count) => {
    const length = Math.ceil((count + 2 * radius) / width) * width
    padded.fill(neutral, 0, length)
    for (let index = 0, at = start; index < count; index++, at += step) padded[index + radius] = data[at]
    for (let block = 0; block < length; block += width) {
      forward[block] = padded[block]
      for (let index = block + 1; index < block + width; index++) forward[index] = extreme(forward[index - 1], padded[index])
      backward[block + width - 1] = padded[block + width - 1]
      for (let index = block + width - 2; index >= block; index--) backward[index] = extreme(backward[index + 1], padded[index])
    }
    for (let index = 0, at = start; index < count; index++, at += step) data[at] = extreme(backward[index], forward[index + 2 * radius])
  }
}
