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
import { expose } from './beam/exposure.ts'
import { DEVICES } from './equipment.ts'
import { addConsolidation } from './findings/consolidation.ts'
import { INCIDENTAL_FINDINGS } from './findings/incidental.ts'
import { addMarker } from './hardware/marker.ts'
import { TUBE_DRAWINGS } from './hardware/tubes.ts'
import { makeGrid } from './image/grid.ts'
import { randomStream, type Random } from './random.ts'
import type { Subject } from './subject.ts'

/** Raw attenuation (−ln of the detector's signal) of a subject, row-major, in the device's size. */
export interface RawImage {
  readonly columns: number
  readonly rows: number
  readonly pixelCm: number
  readonly attenuation: Float32Array
}

/** Draws the subject and takes the exposure. The same subject gives the same values. */
export function takeImage(subject: Subject): RawImage {
  const device = DEVICES[subject.device]
  const { columns, rows, pixelCm } = device
  const body = buildBody(subject, makeGrid({ columns, rows, pixelCm, ...subject.stance }))
  addMarker(body.grid, body.metal, subject.marker)
  if (subject.field) addCollimator(body.grid, body.metal, subject.field)
  const { scatterToPrimary, blurSide } = device
  const attenuation = expose(body, { quanta: device.quanta * subject.exposureFactor, scatterToPrimary, scatterSigmaCm: 3.5, blurSide }, randomStream(subject.seed, subject.index, 'noise'))
  return { columns, rows, pixelCm, attenuation }
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
