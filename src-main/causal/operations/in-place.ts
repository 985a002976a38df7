import { gaussianBlur } from '../../image/blur.ts'
import { componentsOf } from '../../image/components.ts'
import { median } from '../../statistics/median.ts'
import { extent } from '../../tensor/statistics.ts'
import { filled } from '../fill.ts'
import { mapPlanes, type Picture } from '../picture.ts'
import type { Operation, Scene } from './types.ts'

const PATCHES = 'the same on patches of the same shape and area elsewhere in the image'

/** The mask's pixels by another plane's. */
function exchanged({ picture, mask }: Scene, other: (plane: Float32Array, index: number) => ArrayLike<number>): Picture {
  return mapPlanes(picture, (plane, index) => {
    const by = other(plane, index)
    return plane.map((value, i) => mask.data[i] === 0 ? value : by[i])
  })
}

export const erase: Operation = {
  id: 'erase', name: 'Erase', needsRegion: true, needsDonor: false, controls: 'patches', control: PATCHES, parameters: [],
  about: 'The region is filled from what lies around it: edges and shades go on across it, with the surroundings’ grain.',
  apply: ({ picture, mask, surroundings, normal }) => filled(picture, mask, surroundings, normal),
}

export const level: Operation = {
  id: 'level', name: 'Level', needsRegion: true, needsDonor: false, controls: 'patches', control: PATCHES, parameters: [],
  about: 'Each connected part of the region becomes its own median grey: what stands in it is gone, and air stays air.',
  apply: (scene) => {
    const { labels, components } = componentsOf(scene.mask)
    return exchanged(scene, (plane) => {
      const parts: number[][] = components.map(() => [])
      plane.forEach((value, i) => { if (labels[i] !== 0) parts[labels[i] - 1].push(value) })
      const medians = parts.map(median)
      return plane.map((value, i) => labels[i] === 0 ? value : medians[labels[i] - 1])
    })
  },
}

export const blur: Operation = {
  id: 'blur', name: 'Blur', needsRegion: true, needsDonor: false, controls: 'patches', control: PATCHES,
  parameters: [{ name: 'sigma', label: 'Width of the Gaussian, pixels of the input', kind: 'number', default: 4, min: 0.5, max: 200 }],
  about: 'The region loses its detail; its brightness stays.',
  apply: (scene, { sigma }) => exchanged(scene, (data) => gaussianBlur({ data, rows: scene.picture.rows, columns: scene.picture.columns }, sigma as number).data),
}

export const mean: Operation = {
  id: 'mean', name: 'Mean', needsRegion: true, needsDonor: false, controls: 'patches', control: PATCHES, parameters: [],
  about: 'The region becomes the image’s mean grey.',
  apply: (scene) => exchanged(scene, (plane) => new Float32Array(plane.length).fill(insideMean(plane, scene))),
}

export const noise: Operation = {
  id: 'noise', name: 'Noise', needsRegion: true, needsDonor: false, controls: 'patches', control: PATCHES, parameters: [],
  about: 'The region becomes noise with the image’s mean and spread.',
  apply: (scene) => exchanged(scene, (plane) => {
    const middle = insideMean(plane, scene)
    const spread = Math.sqrt(extent(plane.map((value, i) => scene.surroundings.frame.data[i] === 0 ? 0 : (value - middle) ** 2)).mean)
    return plane.map(() => Math.min(1, Math.max(0, middle + spread * scene.normal())))
  }),
}

function insideMean(plane: Float32Array, { surroundings: { frame } }: Scene): number {
  let sum = 0
  let count = 0
  for (let i = 0; i < plane.length; i++) if (frame.data[i] !== 0) {
    sum += plane[i]
    count++
  }
  return count === 0 ? 0 : sum / count
}
