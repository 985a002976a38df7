import type { Frame } from '../../../src-main/dicom/frame.ts'
import type { StoredImage } from './presentation.ts'

/** The frame that a reader decodes from the study's file, without the way through the file. */
export function frameOf(image: StoredImage): Frame {
  const { values } = image
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i])
    high = Math.max(high, values[i])
  }
  return {
    rows: image.rows, columns: image.columns, samples: 1, stored: values, bitsStored: image.bitsStored,
    frameIndex: 0, frameCount: 1, pixelAspect: 1, lossy: null, overlays: [], notices: [],
    spacing: { rowMm: image.pixelCm * 10, columnMm: image.pixelCm * 10, source: 'imager' },
    grayscale: {
      modality: { kind: 'linear', slope: 1, intercept: 0 }, unit: '',
      windows: image.windows, luts: [], inverse: image.inverted, padding: null, storedRange: { low, high },
    },
  }
}
