import { DecodePool } from '../compute/decode-pool.ts'
import type { Frame } from '../dicom/frame.ts'
import type { DicomInfo } from '../dicom/info.ts'
import { colourLuminance, displayedLuminance, inputValues, modalityValues } from '../display/grayscale.ts'

/** The stages of the pixel pipeline at which values can be looked at, in their order; `input` leaves the VOI step out. */
export const PIXEL_STAGES = ['stored', 'modality', 'displayed', 'input'] as const
export type PixelStage = (typeof PIXEL_STAGES)[number]

export interface StagePixels {
  /** stored: int32, all samples by pixel; the others: float32, one value a pixel */
  readonly values: Int32Array | Float32Array
  readonly rows: number
  readonly columns: number
  readonly samples: number
}

type Grayscale = NonNullable<Frame['grayscale']>

/** Stage → its values of a grayscale frame, and what white is in a colour frame's luma. */
const FRAME_STAGES: Readonly<Record<Exclude<PixelStage, 'stored'>, {
  readonly values: (frame: Frame, pipeline: Grayscale) => Float32Array
  readonly colourWhite: (bitsStored: number) => number
}>> = {
  modality: { values: (frame, pipeline) => modalityValues(frame.stored, pipeline), colourWhite: (bits) => 2 ** bits - 1 },
  displayed: { values: (frame, pipeline) => displayedLuminance(frame.stored, pipeline), colourWhite: () => 1 },
  input: { values: (frame, pipeline) => inputValues(frame.stored, pipeline, frame.bitsStored), colourWhite: (bits) => 2 ** bits - 1 },
}

/** What one DICOM file says of itself. Throws the codes of DICOM files and `decode-timeout`. */
export function dicomInfo(path: string): Promise<DicomInfo> {
  return withPool((pool) => pool.info(path))
}

/** The values of one frame, counted from 0, at a stage. Throws the codes of DICOM files, `no-such-frame`, `decode-timeout`. */
export function dicomPixels(path: string, frameIndex: number, stage: PixelStage): Promise<StagePixels> {
  return withPool(async (pool) => {
    if (stage === 'stored') {
      const { values, image } = await pool.stored(path, frameIndex)
      return { values: new Int32Array(values), rows: image.rows, columns: image.columns, samples: image.samples }
    }
    const frame = await pool.decode(path, frameIndex)
    const { values, colourWhite } = FRAME_STAGES[stage]
    const { grayscale, stored, bitsStored, rows, columns } = frame
    if (grayscale) return { values: values(frame, grayscale), rows, columns, samples: 1 }
    const white = colourWhite(bitsStored)
    return { values: colourLuminance(stored, bitsStored).map((luma) => luma * white), rows, columns, samples: 1 }
  })
}

async function withPool<T>(use: (pool: DecodePool) => Promise<T>): Promise<T> {
  const pool = new DecodePool({ size: 1 })
  try {
    return await use(pool)
  } finally {
    await pool.close()
  }
}
