import type { MapStack } from './align.ts'
import type { AnalysisNotes } from './types.ts'
import { featureVectors, mapVectors } from './vectors.ts'
import type { FeatureStack } from './vectors.ts'

export interface SimilarInput { readonly ids: Int32Array; readonly caseId: number; readonly top: number; readonly maps: MapStack | null; readonly features: FeatureStack | null }
/** null: the case itself has no map or features to compare, or a flat one */
export type SimilarOutput = readonly { readonly caseId: number; readonly cosine: number }[] | null

/** Cases whose map or features point the same way as a case's, by the cosine of the two; ties in the order of the cases. */
export function similarCases({ ids, caseId, top, maps, features }: SimilarInput, _notes: AnalysisNotes): SimilarOutput {
  const { vectors: { values, count, size }, rows } = maps ? mapVectors(maps) : featureVectors(features!, 1)
  const own = rows.findIndex((row) => ids[row] === caseId)
  if (own < 0) return null
  const cosines = Float64Array.from({ length: count }, (_, row) => {
    let sum = 0
    for (let d = 0; d < size; d++) sum += values[row * size + d] * values[own * size + d]
    return sum
  })
  return Array.from(rows, (_, row) => row).filter((row) => row !== own).sort((a, b) => cosines[b] - cosines[a] || a - b).slice(0, top)
    .map((row) => ({ caseId: ids[rows[row]], cosine: Math.max(-1, Math.min(1, cosines[row])) }))
}
