import type { Mask } from '../image/raster.ts'
import { boxOf } from './mask.ts'
import { mapPlanes, type Picture } from './picture.ts'

/** A picture whose pixel (row, column) shows what was at `from`, bilinearly; places beyond the image show its border. Padding stays. */
export function warped(picture: Picture, frame: Mask, from: (row: number, column: number) => readonly [number, number]): Picture {
  const box = boxOf(frame)
  if (box === null) return picture
  const { columns } = picture
  const places = new Float64Array(2 * frame.data.length)
  for (let i = 0; i < frame.data.length; i++) {
    if (frame.data[i] === 0) continue
    const [row, column] = from(Math.floor(i / columns), i % columns)
    places[2 * i] = Math.min(box.bottom, Math.max(box.top, row))
    places[2 * i + 1] = Math.min(box.right, Math.max(box.left, column))
  }
  return mapPlanes(picture, (plane) => plane.map((value, i) => {
    if (frame.data[i] === 0) return value
    const [row, column] = [places[2 * i], places[2 * i + 1]]
    const [top, left] = [Math.min(box.bottom - 1, Math.floor(row)), Math.min(box.right - 1, Math.floor(column))]
    const [down, right] = [row - Math.max(box.top, top), column - Math.max(box.left, left)]
    const at = Math.max(box.top, top) * columns + Math.max(box.left, left)
    const below = box.bottom > box.top ? columns : 0
    const beside = box.right > box.left ? 1 : 0
    return (1 - down) * ((1 - right) * plane[at] + right * plane[at + beside]) + down * ((1 - right) * plane[at + below] + right * plane[at + below + beside])
  }))
}
