import { gaussianBlur } from '../image/blur.ts'

/** How a vendor turns raw attenuation into a picture. */
export interface Processing {
  readonly bitsStored: 8 | 10 | 12
  /** gain of what is coarser than `coarseSigmaCm`, and of what is finer: below 1 and above 1 evens out a chest */
  readonly coarseGain: number
  readonly fineGain: number
  readonly coarseSigmaCm: number
  /** shares of the stored range left free below and above the anatomy */
  readonly marginBelow: number
  readonly marginAbove: number
  /** 1 as the vendor means it; below 1 the anatomy fills that share of its range from the dark end */
  readonly contrast: number
  /** dense means a low stored value (MONOCHROME1) */
  readonly inverted: boolean
}

export interface Stored {
  readonly values: Uint8Array | Uint16Array
  /** stored values between which the anatomy lies at contrast 1, low and high */
  readonly anatomy: { readonly low: number; readonly high: number }
}

/** What the processing takes from the picture as a whole. */
export interface Background {
  readonly coarse: Float32Array
  /** the anatomy's range: 1st to 99.7th percentile of the central field */
  readonly low: number
  readonly high: number
}

type Contrast = Pick<Processing, 'coarseGain' | 'fineGain' | 'coarseSigmaCm'>

export function backgroundOf(attenuation: Float32Array, columns: number, rows: number, pixelCm: number, contrast: Contrast): Background {
  const coarse = gaussianBlur(attenuation, columns, rows, contrast.coarseSigmaCm / pixelCm)
  return { coarse, ...centralRange(evenedOut(attenuation, coarse, contrast), columns, rows) }
}

/** Multi-scale contrast, then the anatomy's range placed on the stored bits; dense is high unless inverted. */
export function processImage(attenuation: Float32Array, { coarse, low, high }: Background, processing: Processing): Stored {
  const picture = evenedOut(attenuation, coarse, processing)
  const top = 2 ** processing.bitsStored - 1
  const anatomy = { low: top * processing.marginBelow, high: top * (1 - processing.marginAbove) }
  const scale = (processing.contrast * (anatomy.high - anatomy.low)) / (high - low)
  const values = processing.bitsStored === 8 ? new Uint8Array(picture.length) : new Uint16Array(picture.length)
  for (let i = 0; i < values.length; i++) {
    const level = Math.min(top, Math.max(0, Math.round(anatomy.low + (picture[i] - low) * scale)))
    values[i] = processing.inverted ? top - level : level
  }
  return { values, anatomy: processing.inverted ? { low: top - anatomy.high, high: top - anatomy.low } : anatomy }
}

function evenedOut(attenuation: Float32Array, coarse: Float32Array, { coarseGain, fineGain }: Contrast): Float32Array {
  const picture = new Float32Array(attenuation.length)
  for (let i = 0; i < picture.length; i++) picture[i] = coarseGain * coarse[i] + fineGain * (attenuation[i] - coarse[i])
  return picture
}

function centralRange(picture: Float32Array, columns: number, rows: number): { low: number; high: number } {
  const sample: number[] = []
  for (let row = Math.floor(rows * 0.22); row < rows * 0.86; row += 3) {
    for (let column = Math.floor(columns * 0.2); column < columns * 0.8; column += 3) sample.push(picture[row * columns + column])
  }
  sample.sort((a, b) => a - b)
  return { low: sample[Math.floor(sample.length * 0.01)], high: sample[Math.floor(sample.length * 0.997)] }
}
