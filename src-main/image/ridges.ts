import { gaussianBlur } from './blur.ts'
import type { Grey } from './raster.ts'

export interface Ridges {
  /** how much brighter than both sides, at the width that answers most: −λ σ² of the Hessian's lowest eigenvalue, less what the other one has of it; 0 off bright ridges */
  readonly strength: Float32Array
  /** along the ridge, radians 0 … π from the x axis */
  readonly direction: Float32Array
}

/**
 * Bright ridges at several widths (Lindeberg 1998: scale-normalised second derivatives; Frangi et al. 1998: by the Hessian's eigenvalues). sigmas: in pixels, about half of a line's width.
 */
export function ridgesOf(image: Grey, sigmas: readonly number[]): Ridges {
  const { rows, columns } = image
  const strength = new Float32Array(rows * columns)
  const direction = new Float32Array(rows * columns)
  for (const sigma of sigmas) {
    const { data } = gaussianBlur(image, sigma)
    const scale = sigma * sigma
    for (let row = 1; row < rows - 1; row++)
      for (let i = row * columns + 1; i < row * columns + columns - 1; i++) {
        const xx = data[i - 1] - 2 * data[i] + data[i + 1]
        const yy = data[i - columns] - 2 * data[i] + data[i + columns]
        const xy = (data[i - columns - 1] - data[i - columns + 1] - data[i + columns - 1] + data[i + columns + 1]) / 4
        const half = (xx + yy) / 2
        // Math.hypot guards against overflow, at several times the price
        const root = Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy)
        const lowest = half - root
        const own = scale * (-lowest - Math.abs(half + root))
        if (own <= strength[i]) continue
        strength[i] = own
        // the eigenvector of the other eigenvalue runs along the ridge
        direction[i] = (Math.atan2(2 * xy, xx - yy) / 2 + Math.PI) % Math.PI
      }
  }
  return { strength, direction }
}
