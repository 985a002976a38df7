import { addGas } from './anatomy/gas.ts'
import { addLungs } from './anatomy/lungs.ts'
import { addAirway, addMediastinum } from './anatomy/mediastinum.ts'
import { addRibs } from './anatomy/ribs.ts'
import { addShoulders } from './anatomy/shoulder.ts'
import { addSpine } from './anatomy/spine.ts'
import { addTrunk } from './anatomy/trunk.ts'
import { addVessels } from './anatomy/vessels.ts'
import { emptyBody, type Body } from './anatomy/body.ts'
import { addCollimator } from './beam/collimation.ts'
import { detect, sendBeam } from './beam/exposure.ts'
import { backgroundOf, type Background } from './beam/processing.ts'
import { placeCue } from './cues/cues.ts'
import type { PlacedCue, Technique } from './cues/placed-cue.ts'
import type { CueKind } from './cues/planted.ts'
import { DEVICES, type Device } from './equipment.ts'
import { addConsolidation } from './findings/consolidation.ts'
import { INCIDENTAL_FINDINGS } from './findings/incidental.ts'
import { addMarker } from './hardware/marker.ts'
import { TUBE_DRAWINGS } from './hardware/tubes.ts'
import { makeGrid } from './image/grid.ts'
import { randomStream, type Random } from './random.ts'
import type { Subject } from './subject.ts'

const SCATTER_SIGMA_CM = 3.5

/** Raw attenuation (−ln of the detector's signal) of a subject, row-major, in the device's size. */
export interface RawImage {
  readonly columns: number
  readonly rows: number
  readonly pixelCm: number
  readonly attenuation: Float32Array
  /** of the film without a cue, unless the cue is the film's technique: what is laid on a film does not change how it is processed */
  readonly background: Background
  readonly cue: PlacedCue | null
}

/** Draws the subject and takes the exposure. The same subject gives the same values. */
export const takeImage = (subject: Subject): RawImage => standBefore(subject).take(subject.cue)

/**
 * The subject before the detector: any number of exposures of the same body, with the same noise. `binning` 2 reads the detector out in
 * groups of 2 × 2 pixels, in a quarter of the time.
 */
export function standBefore(subject: Subject, binning: 1 | 2 = 1): { take(cue: CueKind | null): RawImage } {
  const device = binned(DEVICES[subject.device], binning)
  const { columns, rows, pixelCm, scatterToPrimary, blurSide } = device
  const grid = makeGrid({ columns, rows, pixelCm, ...subject.stance })
  const body = buildBody(subject, grid)
  addMarker(grid, body.metal, subject.marker)
  if (subject.field) addCollimator(grid, body.metal, subject.field)
  const beam = sendBeam(body, SCATTER_SIGMA_CM, randomStream(subject.seed, subject.index, 'noise'))
  const exposed = (laid: Float32Array | null, technique?: Technique): Float32Array =>
    detect(beam, { quanta: device.quanta * subject.exposureFactor * (technique?.quanta ?? 1), scatterToPrimary: scatterToPrimary * (technique?.scatter ?? 1), blurSide }, laid)
  const withBackground = (attenuation: Float32Array): { attenuation: Float32Array; background: Background } =>
    ({ attenuation, background: backgroundOf(attenuation, columns, rows, pixelCm, device.processing) })

  const bare = withBackground(exposed(null))
  return {
    take: (kind) => {
      const cue = kind && placeCue(kind, subject, grid)
      const size = { columns, rows, pixelCm, cue }
      if (cue?.technique) return { ...size, ...withBackground(exposed(null, cue.technique)) }
      if (!cue?.lay) return { ...size, ...bare }
      const layer = new Float32Array(columns * rows)
      cue.lay(layer)
      return { ...size, attenuation: exposed(layer), background: bare.background }
    },
  }
}

/** A group of pixels collects the quanta of all, and the blur reaches as far in centimetres: its variance in pixels falls with the square. */
function binned(device: Device, binning: 1 | 2): Device {
  const { columns, rows, pixelCm, quanta, blurSide } = device
  return { ...device, columns: columns / binning, rows: rows / binning, pixelCm: pixelCm * binning, quanta: quanta * binning ** 2, blurSide: blurSide / binning ** 2 }
}

function buildBody(subject: Subject, grid: Body['grid']): Body {
  const body = emptyBody(grid, subject.physique)
  const stream = (name: string): Random => randomStream(subject.seed, subject.index, name)
  addTrunk(body, stream('trunk'))
  addLungs(body, stream('lungs'))
  addMediastinum(body)
  addVessels(body, stream('vessels'))
  if (subject.consolidation) addConsolidation(body, subject.consolidation, stream('consolidation-texture'))
  addAirway(body)
  addGas(body, stream('gas'))
  addSpine(body)
  addRibs(body, stream('ribs'))
  addShoulders(body, stream('shoulders'))
  for (let i = 0; i < body.bone.length; i++) body.bone[i] *= subject.physique.boneDensity
  INCIDENTAL_FINDINGS[subject.incidental].add?.(body, stream('incidental-place'))
  TUBE_DRAWINGS[subject.tube](body, stream('tube-path'))
  return body
}
