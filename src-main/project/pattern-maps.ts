import type { InputAffine } from '../contract/records.ts'
import { specText } from './attributions.ts'
import type { AttributionKind } from './attributions.ts'
import { floatsOf } from './blobs.ts'
import { inSteps, placesOf } from './pattern-cases.ts'
import type { Project } from './project.ts'
import type { ClassSql } from './scores.ts'

/** A map as it is stored, with what places it on the image. */
export interface StoredMap {
  /** place in `ids` */
  readonly row: number
  readonly grid: readonly [number, number]
  readonly values: Float32Array
  readonly inputWidth: number
  readonly inputHeight: number
  readonly affine: InputAffine
  /** of the image */
  readonly rows: number
  readonly columns: number
  readonly signed: boolean
}

/** Hands on the maps of one kind of these cases, in their order, reading some thousand at a time. A case of unknown size is left out: its map could not be placed. */
export async function eachMap(project: Project, ids: Int32Array, kind: AttributionKind, of: ClassSql, use: (map: StoredMap) => void): Promise<void> {
  const places = placesOf(ids)
  const affines = new Map<string, InputAffine>()
  await inSteps(ids, (list) => {
    const found = project.database.all<{ id: number; height: number; width: number; signed: number; inputWidth: number; inputHeight: number; affine: string; rows: number; columns: number; data: Uint8Array }>(
      `SELECT c.id, a.grid_height AS height, a.grid_width AS width, a.signed, a.input_width AS inputWidth, a.input_height AS inputHeight, a.affine, c.rows, c.columns, v.data
       FROM json_each(?) j JOIN cases c ON c.id = j.value LEFT JOIN scores s ON s.model_id = ? AND s.case_id = c.id
         JOIN attributions a ON a.case_id = c.id AND a.model_id = ? AND a.spec = ? AND a.class_index = ${of.sql} JOIN attribution_values v ON v.attribution_id = a.id
       WHERE c.rows > 0 AND c.columns > 0 ORDER BY c.id`,
      [list, project.modelId, project.modelId, specText(kind), ...of.parameters])
    for (const { id, height, width, signed, affine, data, ...rest } of found) {
      let parsed = affines.get(affine)
      if (!parsed) affines.set(affine, parsed = JSON.parse(affine) as InputAffine)
      use({ ...rest, row: places.get(id)!, grid: [height, width], values: floatsOf(data), affine: parsed, signed: signed === 1 })
    }
  })
}
