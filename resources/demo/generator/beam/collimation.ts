/** The open field as fractions of the image, in the image's own directions. */
export interface Field {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const LEAD_ATTENUATION = 3.2
const PENUMBRA_CM = 0.25

/** Adds the collimator's blades to the attenuation of metal: outside the field the detector gets scatter alone. */
export function addCollimator({ columns, rows, pixelCm }: { columns: number; rows: number; pixelCm: number }, metal: Float32Array, field: Field): void {
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      const outside = Math.max(field.left * columns - column, column - field.right * columns, field.top * rows - row, row - field.bottom * rows)
      metal[i] += LEAD_ATTENUATION * Math.min(1, Math.max(0, (outside * pixelCm) / PENUMBRA_CM))
    }
  }
}
