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
  /** side weight of the detector's three-point kernel */
  readonly blurSide: number
}

/** What reaches the detector's plane: its two parts, as shares of the open beam, and the noise of every pixel, mean 0 and deviation 1. */
export interface Beam {
  readonly columns: number
  readonly rows: number
  readonly primary: Float32Array
  readonly veil: Float32Array
  readonly noise: Float32Array
}

/** Beer and Lambert along each ray, and a veil of scatter. */
export function sendBeam(body: Body, scatterSigmaCm: number, random: Random): Beam {
  const { columns, rows, pixelCm } = body.grid
  const primary = new Float32Array(body.water.length)
  for (let i = 0; i < primary.length; i++) {
    const tissue = Math.max(0, body.water[i] - AIR_SHARE_OF_LUNG * body.lung[i])
    primary[i] = Math.exp(-(WATER_PER_CM * tissue + BONE_PER_CM * body.bone[i] + body.metal[i]))
  }
  const veil = scatter(primary, columns, rows, scatterSigmaCm / pixelCm)
  const noise = new Float32Array(primary.length)
  for (let i = 0; i < noise.length; i++) noise[i] = random.normal(0, 1)
  return { columns, rows, primary, veil, noise }
}

/**
 * Attenuation as the detector reports it, −ln of the signal, row-major: quantum noise (Poisson, as its normal approximation) and
 * the detector's blur, which correlates the noise. `laid` is the attenuation of what was laid into the beam; it is too small to
 * change the veil, so that it changes no pixel but its own and their neighbours.
 */
export function detect({ columns, rows, primary, veil, noise }: Beam, exposure: Exposure, laid: Float32Array | null): Float32Array {
  const signal = new Float32Array(primary.length)
  for (let i = 0; i < signal.length; i++) {
    const direct = laid && laid[i] > 0 ? primary[i] * Math.exp(-laid[i]) : primary[i]
    const mean = direct + exposure.scatterToPrimary * veil[i]
    signal[i] = mean + Math.sqrt(mean / exposure.quanta) * noise[i]
  }
  const detected = detectorBlur(signal, columns, rows, exposure.blurSide)
  for (let i = 0; i < detected.length; i++) detected[i] = -Math.log(Math.max(1e-5, detected[i]))
  return detected
}

/** Scatter comes from the body, so the open beam beside it adds little: its signal is capped first. */
function scatter(primary: Float32Array, columns: number, rows: number, sigmaPixels: number): Float32Array {
  return gaussianBlur(primary.map((value) => Math.min(value, 0.16)), columns, rows, sigmaPixels)
}
