import { filled } from '../fill.ts'
import type { Mask } from '../../image/raster.ts'
import { boxOf } from '../mask.ts'
import { warped } from '../warp.ts'
import type { Operation, Scene } from './types.ts'

const WARPS = 'smooth random displacements of the same length (root mean square)'
const WHOLE = { needsRegion: false, needsDonor: false, controls: 'warps', control: WARPS } as const

export const shift: Operation = {
  ...WHOLE, id: 'shift', name: 'Shift', about: 'The image moved; its border is repeated.',
  parameters: [
    { name: 'dx', label: 'To the right, share of the width', kind: 'number', default: 0.05, min: -1, max: 1 },
    { name: 'dy', label: 'Down, share of the height', kind: 'number', default: 0, min: -1, max: 1 },
  ],
  apply: ({ picture, surroundings: { frame } }, { dx, dy }) => warped(picture, frame, (row, column) => [row - (dy as number) * picture.rows, column - (dx as number) * picture.columns]),
  length: ({ picture }, { dx, dy }) => Math.hypot((dx as number) * picture.columns, (dy as number) * picture.rows),
}

export const rotation: Operation = {
  ...WHOLE, id: 'rotation', name: 'Rotation', about: 'The image turned about its centre; its border is repeated.',
  parameters: [{ name: 'degrees', label: 'Degrees, clockwise', kind: 'number', default: 5, min: -180, max: 180 }],
  apply({ picture, surroundings: { frame } }, { degrees }) {
    const angle = ((degrees as number) * Math.PI) / 180
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    const [middleRow, middleColumn] = [(picture.rows - 1) / 2, (picture.columns - 1) / 2]
    return warped(picture, frame, (row, column) => {
      const [y, x] = [row - middleRow, column - middleColumn]
      return [middleRow + cos * y - sin * x, middleColumn + cos * x + sin * y]
    })
  },
  // a pixel at radius r moves by 2 r sin(angle / 2); the mean square radius of a rectangle is (h² + w²) / 12
  length: ({ picture }, { degrees }) => 2 * Math.abs(Math.sin(((degrees as number) * Math.PI) / 360)) * Math.sqrt((picture.rows ** 2 + picture.columns ** 2) / 12),
}

/** A band of a share of the sides around the image. */
function band({ surroundings: { frame } }: Scene, share: number): Mask {
  const box = boxOf(frame)!
  const [down, across] = [Math.max(1, Math.round(share * (box.bottom - box.top + 1))), Math.max(1, Math.round(share * (box.right - box.left + 1)))]
  return { ...frame, data: frame.data.map((value, i) => {
    const [row, column] = [Math.floor(i / frame.columns), i % frame.columns]
    return value & Number(row < box.top + down || row > box.bottom - down || column < box.left + across || column > box.right - across)
  }) }
}

export const crop: Operation = {
  id: 'crop', name: 'Crop', needsRegion: false, needsDonor: false, controls: 'patches', control: 'pieces of the same area elsewhere in the image, filled as well',
  parameters: [{ name: 'share', label: 'Band, share of the sides', kind: 'number', default: 0.06, min: 0.01, max: 0.45 }],
  about: 'The band around the image is replaced by a smooth extension of what lies inside.',
  region: (scene, { share }) => band(scene, share as number),
  apply: ({ picture, mask, surroundings, normal }) => filled(picture, mask, surroundings, normal),
}
