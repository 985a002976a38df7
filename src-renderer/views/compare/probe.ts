import type { AttributionRecord, ImageRecord, InputRecord } from '../../../src-main/contract/records.ts'
import { modalityValue } from '../../../src-main/display/grayscale.ts'
import { imageToCell, sampleMap, type MapInterpolation, type Registration } from '../../../src-main/display/grid-registration.ts'
import { applyAffine } from '../../../src-main/tensor/affine.ts'
import type { StoredArray } from '../../render/pyramid.ts'
import type { Point } from '../../render/matrix.ts'

/** All that is known of one place of the image. Null: does not apply there. */
export interface Probe {
  /** counted from 0, as stored */
  readonly column: number
  readonly row: number
  readonly stored: readonly number[]
  readonly modality: number | null
  readonly unit: string
  /** from the upper left corner of the image */
  readonly mm: { readonly x: number; readonly y: number; readonly source: 'calibrated' | 'imager' } | null
  /** as shown (interpolated or not), and of the cell itself */
  readonly attribution: { readonly shown: number; readonly cell: number; readonly cellRow: number; readonly cellColumn: number } | null
  /** what the model was given here; null outside its input */
  readonly input: readonly number[] | null
  /** a map is shown, but the model did not see this place */
  readonly unseen: boolean
}

export interface Probed {
  readonly image: { readonly record: ImageRecord; readonly stored: StoredArray }
  readonly map: { readonly record: AttributionRecord; readonly values: Float32Array } | null
  readonly input: { readonly record: InputRecord; readonly values: Float32Array } | null
}

export function registrationOf({ affine, inputWidth, inputHeight, grid }: AttributionRecord): Registration {
  return { affine, inputWidth, inputHeight, grid }
}

/** `at` in image pixels; null outside the image. */
export function probe({ image: { record, stored }, map, input }: Probed, at: Point, interpolation: MapInterpolation): Probe | null {
  const column = Math.floor(at[0])
  const row = Math.floor(at[1])
  if (!(column >= 0 && row >= 0 && column < record.columns && row < record.rows)) return null
  const first = (row * record.columns + column) * record.samples
  const values = Array.from(stored.subarray(first, first + record.samples))
  const { spacing, grayscale } = record
  const attribution = map ? attributionAt(map, at, interpolation) : null
  return {
    column, row,
    stored: values,
    modality: grayscale ? modalityValue(grayscale, values[0]) : null,
    unit: grayscale?.unit ?? '',
    mm: spacing.source === 'none' ? null : { x: at[0] * spacing.columnMm, y: at[1] * spacing.rowMm, source: spacing.source },
    attribution,
    input: input ? inputAt(input, at) : null,
    unseen: map !== null && attribution === null,
  }
}

function attributionAt({ record, values }: NonNullable<Probed['map']>, at: Point, interpolation: MapInterpolation): Probe['attribution'] {
  const [x, y] = applyAffine(imageToCell(registrationOf(record)), at[0], at[1])
  const cell = sampleMap(values, record.grid, x, y, 'cells')
  if (cell === null) return null
  return { shown: sampleMap(values, record.grid, x, y, interpolation)!, cell, cellRow: Math.floor(y), cellColumn: Math.floor(x) }
}

function inputAt({ record, values }: NonNullable<Probed['input']>, at: Point): readonly number[] | null {
  const [x, y] = applyAffine(record.affine, at[0], at[1]).map(Math.floor)
  if (!(x >= 0 && y >= 0 && x < record.width && y < record.height)) return null
  return Array.from({ length: record.channels }, (_, channel) => values[(channel * record.height + y) * record.width + x])
}
