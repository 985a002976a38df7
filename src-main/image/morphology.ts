import type { Raster } from './raster.ts'

/**
 * Grey and binary morphology with a square of 2 × radius + 1 pixels (van Herk 1992, Gil and Werman 1993: three comparisons a pixel whatever the radius).
 * Beyond the border nothing is: it neither grows nor shrinks anything.
 */
export function dilate<Image extends Raster>(image: Image, radius: number): Image {
  return filtered(image, radius, true)
}

export function erode<Image extends Raster>(image: Image, radius: number): Image {
  return filtered(image, radius, false)
}

/** Without what is narrower than the square. */
export function opened<Image extends Raster>(image: Image, radius: number): Image {
  return dilate(erode(image, radius), radius)
}

/** With gaps closed that are narrower than the square. */
export function closed<Image extends Raster>(image: Image, radius: number): Image {
  return erode(dilate(image, radius), radius)
}


function filtered<Image extends Raster>(image: Image, radius: number, isGreatest: boolean): Image {
  const { rows, columns } = image
  const data = image.data.slice()
  if (radius > 0) {
    const along = lineFilter(Math.max(rows, columns), radius, isGreatest)
    for (let row = 0; row < rows; row++) along(data, row * columns, 1, columns)
    for (let column = 0; column < columns; column++) along(data, column, columns, rows)
  }
  return { ...image, data }
}

/** Filters `count` values in place, from `start` in steps of `step`; buffers are shared by all lines. */
function lineFilter(longest: number, radius: number, isGreatest: boolean): (data: Raster['data'], start: number, step: number, count: number) => void {
  const width = 2 * radius + 1
  const room = Math.ceil((longest + 2 * radius) / width) * width
  const padded = new Float64Array(room)
  const forward = new Float64Array(room)
  const backward = new Float64Array(room)
  // the least is the negative of the greatest of the negatives; comparisons written out are several times as fast as calls
  const sign = isGreatest ? 1 : -1
  return (data, start, step, count) => {
    const length = Math.ceil((count + 2 * radius) / width) * width
    padded.fill(-Infinity, 0, length)
    for (let index = 0, at = start; index < count; index++, at += step) padded[index + radius] = sign * data[at]
    for (let block = 0; block < length; block += width) {
      let greatest = forward[block] = padded[block]
      for (let index = block + 1; index < block + width; index++) {
        if (padded[index] > greatest) greatest = padded[index]
        forward[index] = greatest
      }
      greatest = backward[block + width - 1] = padded[block + width - 1]
      for (let index = block + width - 2; index >= block; index--) {
        if (padded[index] > greatest) greatest = padded[index]
        backward[index] = greatest
      }
    }
    for (let index = 0, at = start; index < count; index++, at += step) {
      const [one, other] = [backward[index], forward[index + 2 * radius]]
      data[at] = sign * (one > other ? one : other)
    }
  }
}
