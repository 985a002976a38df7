import type { Physique } from './anatomy/body.ts'
import type { Field } from './beam/collimation.ts'
import { CLASSES, type Configuration, type DeviceKey, type Incidental, type Label, type SiteKey, type Tube } from './configuration.ts'
import { hasCue, type CueKind } from './cues/planted.ts'
import { drawConsolidation, type Consolidation } from './findings/consolidation.ts'
import { INCIDENTAL_FINDINGS } from './findings/incidental.ts'
import { drawMarker, type MarkerPlace } from './hardware/marker.ts'
import { randomStream, type Random } from './random.ts'

/** Everything that is decided of one study before a pixel is drawn. */
export interface Subject {
  readonly seed: number
  readonly index: number
  readonly label: Label
  readonly consolidation: Consolidation | null
  readonly incidental: Incidental
  readonly tube: Tube
  readonly marker: MarkerPlace
  readonly site: SiteKey
  readonly device: DeviceKey
  readonly sex: 'F' | 'M'
  readonly ageYears: number
  readonly view: 'PA' | 'AP'
  readonly physique: Physique
  readonly stance: Stance
  /** quanta against the device's usual number */
  readonly exposureFactor: number
  /** null: the whole detector is exposed */
  readonly field: Field | null
  /** the planted cue, where this subject has it; the same subject with another value is its twin */
  readonly cue: CueKind | null
}

/** How the patient stands before the detector. */
export interface Stance {
  readonly rotationDegrees: number
  readonly shiftXCm: number
  readonly shiftYCm: number
  readonly widthScale: number
  readonly heightScale: number
}

/**
 * Subject `index` of a series. Whether the planted cue is there is drawn from a stream of its own: the same seed under another
 * cue or another strength gives the same patients with the same lungs.
 */
export function drawSubject(seed: number, index: number, configuration: Configuration): Subject {
  const stream = (name: string): Random => randomStream(seed, index, name)
  const label: Label = CLASSES[stream('label').chance(configuration.prevalence) ? 1 : 0]
  const { planted } = configuration

  const person = stream('person')
  const sex = person.chance(configuration.femaleProbability) ? 'F' : 'M'
  const ageYears = Math.round(Math.min(92, Math.max(19, person.normal(56, 17))))
  const view = person.chance(configuration.apProbability) ? 'AP' : 'PA'
  const incidental = stream('incidental').weighted(configuration.incidental)
  const physique = drawPhysique(stream('physique'), sex, ageYears, view)
  const site = stream('site').weighted(configuration.site)
  return {
    seed, index, label, incidental, site, sex, ageYears, view,
    consolidation: label === 'consolidation' ? drawConsolidation(stream('consolidation')) : null,
    physique: INCIDENTAL_FINDINGS[incidental].physique?.(physique) ?? physique,
    stance: drawStance(stream('stance'), sex),
    device: stream('device').weighted(configuration.deviceAtSite[site]),
    tube: stream('tube').weighted(configuration.tube),
    marker: drawMarker(stream('marker').weighted(configuration.marker), stream('marker-place')),
    exposureFactor: 2 ** stream('exposure').normal(0, 0.45),
    field: drawField(stream('field')),
    cue: planted && hasCue(planted, seed, index, label) ? planted.cue : null,
  }
}

function drawPhysique(random: Random, sex: 'F' | 'M', ageYears: number, view: 'PA' | 'AP'): Physique {
  const anteroposterior = view === 'AP'
  const bulk = Math.min(1.8, Math.max(-1.6, random.normal(0, 1)))
  return {
    depthScale: 1 + 0.075 * bulk + (sex === 'F' ? -0.03 : 0.02),
    wallCm: 0.35 + 0.75 * Math.max(-0.4, bulk),
    inspirationCm: Math.max(-2.6, Math.min(1.6, random.normal(anteroposterior ? -0.9 : 0.2, 0.8))),
    heartScale: random.normal(anteroposterior ? 1.06 : 0.96, 0.055) + 0.001 * (ageYears - 50),
    heartTiltDegrees: random.normal(38, 5),
    hilaScale: Math.max(0.8, random.normal(1, 0.1)),
    boneDensity: Math.max(0.6, random.normal(1.12, 0.1) - 0.004 * (ageYears - 40)),
    scoliosisCm: random.normal(0, 0.35),
    breastCm: sex === 'F' ? Math.max(0.8, 2.2 + 0.9 * bulk + random.normal(0, 0.5)) : 0,
    anteroposterior,
    armAngle: random.uniform(-0.3, 2.4),
  }
}

function drawStance(random: Random, sex: 'F' | 'M'): Stance {
  const size = (sex === 'F' ? 0.94 : 1) * 1.1 * Math.min(1.08, Math.max(0.9, random.normal(1, 0.035)))
  return {
    rotationDegrees: random.normal(0, 1.6),
    shiftXCm: random.normal(0, 0.8),
    shiftYCm: random.normal(0.6, 0.9),
    widthScale: size * random.normal(1, 0.025),
    heightScale: size * random.normal(1, 0.025),
  }
}

function drawField(random: Random): Field | null {
  if (!random.chance(0.3)) return null
  const blade = (): number => (random.chance(0.55) ? random.uniform(0.008, 0.04) : -1)
  const sides = [blade(), blade(), blade(), blade()]
  return { left: sides[0], right: 1 - sides[1], top: sides[2], bottom: 1 - sides[3] }
}
