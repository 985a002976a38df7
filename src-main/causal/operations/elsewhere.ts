import type { Mask } from '../../image/raster.ts'
import { filled } from '../fill.ts'
import { boxOf } from '../mask.ts'
import { mapPlanes, type Picture } from '../picture.ts'
import type { Operation, Scene } from './types.ts'

/** Puts content at other places: `to` gives the place of each pixel of the mask, and what falls outside is lost. */
function placed(on: Picture, from: Picture, { data: inside, columns, rows }: Mask, to: (row: number, column: number) => readonly [number, number]): Picture {
  return mapPlanes(on, (plane, index) => {
    const source = from.planes[index % from.planes.length]
    const result = plane.slice()
    for (let i = 0; i < inside.length; i++) {
      if (inside[i] === 0) continue
      const [row, column] = to(Math.floor(i / columns), i % columns)
      if (row >= 0 && row < rows && column >= 0 && column < columns) result[row * columns + column] = source[i]
    }
    return result
  })
}

/** The region's box, moved by shares of the sides and kept within the image. */
function shiftOf({ mask }: Scene, dx: number, dy: number): readonly [number, number] {
  const box = boxOf(mask)!
  const within = (wanted: number, low: number, high: number, size: number): number => Math.round(Math.min(size - 1 - high, Math.max(-low, wanted * size)))
  return [within(dy, box.top, box.bottom, mask.rows), within(dx, box.left, box.right, mask.columns)]
}

export const move: Operation = {
  id: 'move', name: 'Move', needsRegion: true, needsDonor: false, controls: 'patches', control: 'patches of the same shape, moved as far',
  parameters: [
    { name: 'dx', label: 'To the right, share of the width', kind: 'number', default: 0.3, min: -1, max: 1 },
    { name: 'dy', label: 'Down, share of the height', kind: 'number', default: 0, min: -1, max: 1 },
  ],
  about: 'The region’s content stands elsewhere, within the image; its own place is filled.',
  apply(scene, { dx, dy }) {
    const [down, right] = shiftOf(scene, dx as number, dy as number)
    return placed(filled(scene.picture, scene.mask, scene.surroundings, scene.normal), scene.picture, scene.mask, (row, column) => [row + down, column + right])
  },
}

export const mirror: Operation = {
  id: 'mirror', name: 'Mirror', needsRegion: true, needsDonor: false, controls: 'patches', control: 'patches of the same shape, mirrored the same way',
  parameters: [{ name: 'where', label: 'Where', kind: 'choice', default: 'other-side', choices: ['other-side', 'in-place'] }],
  about: 'The region’s content left to right: on the other side of the image, its own place filled, or in its place.',
  apply(scene, { where }) {
    const box = boxOf(scene.mask)!
    const sum = where === 'in-place' ? box.left + box.right : scene.mask.columns - 1
    return placed(filled(scene.picture, scene.mask, scene.surroundings, scene.normal), scene.picture, scene.mask, (row, column) => [row, sum - column])
  },
}

export const paste: Operation = {
  id: 'paste', name: 'Paste from another case', needsRegion: true, needsDonor: true, controls: 'patches', control: 'patches of the same shape from elsewhere in the other case, at their own places', parameters: [],
  about: 'The region shows what another case has at the same place.',
  apply: ({ picture, mask, donor }) => placed(picture, donor!, mask, (row, column) => [row, column]),
}
