import type { Random } from '../random.ts'
import type { Body } from '../anatomy/body.ts'
import { detectorBlur, gaussianBlur } from '../image/blur.ts'

/** Effective attenuation per cm at about 70 keV (NIST, Hubbell and Seltzer 1995): water, and cortical bone beyond water. */
const WATER_PER_CM = 0.19
const BONE_PER_CM = 0.42
/** inflated lung holds about a quarter of the tissue's mass (0.26 g/cm³) */
const AIR_SHARE_OF_LUNG = 0.74

export interface Exposure {
  /** quanta that reach a pixel in the open beam */
  readonly quanta: number
  /** scattered over primary radiation behind the grid, averaged over the image */
  readonly scatterToPrimary: number
  readonly scatterSigmaCm: number
  /** side weight of the detector's three-point kernel */
  readonly blurSide: number
}

/**
 * Attenuation as the detector reports it, −ln of the signal, row-major: Beer and Lambert along each ray, a veil of
 * scatter, quantum noise (Poisson, as its normal approximation), and the detector's blur, which correlates the noise.
 */
export function expose(body: Body, exposure: Exposure, random: Random): Float32Array {
  const { columns, rows, pixelCm } = body.grid
  const primary = new Float32Array(body.water.length)
  for (let i = 0; i < primary.length; i++) {
    const tissue = Math.max(0, body.water[i] - AIR_SHARE_OF_LUNG * body.lung[i])
    primary[i] = Math.exp(-(WATER_PER_CM * tissue + BONE_PER_CM * body.bone[i] + body.metal[i]))
  }
  const veil = scatter(primary, columns, rows, exposure.scatterSigmaCm / pixelCm)
  const signal = new Float32Array(primary.length)
  for (let i = 0; i < signal.length; i++) {
    const mean = primary[i] + exposure.scatterToPrimary * veil[i]
    signal[i] = mean + Math.sqrt(mean / exposure.quanta) * random.normal(0, 1)
  }
  const detected = detectorBlur(signal, columns, rows, exposure.blurSide)
  return detected.map((value) => -Math.log(Math.max(1e-5, value)))
}

/** Scatter comes from the body, so the open beam beside it adds little: its signal is capped first. */
function scatter(primary: Float32Array, columns: number, rows: number, sigmaPixels: number): Float32Array {
  return gaussianBlur(primary.map((value) => Math.min(value, 0.16)), columns, rows, sigmaPixels)
}
