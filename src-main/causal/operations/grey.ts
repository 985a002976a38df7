import { toneCurveOf, withTone } from '../exposure.ts'
import { mapPlanes, type Picture } from '../picture.ts'
import { LOOKS, type Operation, type Reference, type Scene } from './types.ts'

const TONES = 'smooth random changes of brightness that are as far from the image (root mean square)'

function changed({ picture, surroundings: { frame } }: Scene, change: (value: number) => number): Picture {
  return mapPlanes(picture, (plane) => plane.map((value, i) => frame.data[i] === 0 ? value : Math.min(1, Math.max(0, change(value)))))
}

const WHOLE = { needsRegion: false, needsDonor: false, controls: 'tones', control: TONES } as const

export const gain: Operation = {
  ...WHOLE, id: 'gain', name: 'Gain', about: 'All grey values times a factor.',
  parameters: [{ name: 'factor', label: 'Factor', kind: 'number', default: 1.25, min: 0.05, max: 20 }],
  apply: (scene, { factor }) => changed(scene, (value) => value * (factor as number)),
}

export const gamma: Operation = {
  ...WHOLE, id: 'gamma', name: 'Gamma', about: 'Grey values 0 … 1 to a power: above 1 darker, below 1 brighter, black and white stay.',
  parameters: [{ name: 'gamma', label: 'Power', kind: 'number', default: 1.4, min: 0.05, max: 20 }],
  apply: (scene, { gamma: power }) => changed(scene, (value) => Math.max(0, value) ** (power as number)),
}

export const contrast: Operation = {
  ...WHOLE, id: 'contrast', name: 'Contrast', about: 'Grey values’ distances from their median times a factor.',
  parameters: [{ name: 'factor', label: 'Factor', kind: 'number', default: 0.7, min: 0, max: 20 }],
  apply(scene, { factor }) {
    const { values } = toneCurveOf(scene.picture, scene.surroundings.frame)
    const middle = values[Math.floor(values.length / 2)]
    return changed(scene, (value) => middle + (value - middle) * (factor as number))
  },
}

export const exposure: Operation = {
  ...WHOLE, id: 'exposure', name: 'Exposure of another image',
  parameters: [{ name: 'as', label: 'As', kind: 'choice', default: 'usual', choices: [...LOOKS] }],
  about: 'Grey values moved so that the image’s percentiles are the project’s usual ones, or those of a darker or brighter image that still occurs in it (its 20th and 80th percentile); grain that is stronger is weakened.',
  apply: (scene, { as }) => scene.reference === null ? scene.picture : withTone(scene.picture, toneCurveOf(scene.picture, scene.surroundings.frame), scene.reference[as as keyof Reference], scene.surroundings.frame),
}
