import { bytesOf, floatsOf } from './blobs.ts'
import { inSteps, placesOf } from './pattern-cases.ts'
import type { Project } from './project.ts'

/** What goes into the model's last linear layer, of one case. Replaces what was there; the case's scores have to be there. */
export function storeFeatures(project: Project, modelId: number, caseId: number, features: Float32Array): void {
  project.database.run('INSERT OR REPLACE INTO features (model_id, case_id, data) VALUES (?, ?, ?)', [modelId, caseId, bytesOf(features)])
}

/** Features of these cases under the model in use, one row a case that has them. null: none has. */
export async function loadFeatures(project: Project, ids: Int32Array): Promise<{ readonly rows: Uint32Array; readonly values: Float32Array; readonly size: number } | null> {
  const places = placesOf(ids)
  const rows: number[] = []
  const parts: Float32Array[] = []
  await inSteps(ids, (list) => {
    for (const { id, data } of project.database.all<{ id: number; data: Uint8Array }>('SELECT case_id AS id, data FROM features WHERE model_id = ? AND case_id IN (SELECT value FROM json_each(?)) ORDER BY case_id', [project.modelId, list])) {
      const features = floatsOf(data)
      // another number of features would be another layer's: the first case says which
      if (parts.length > 0 && features.length !== parts[0].length) continue
      rows.push(places.get(id)!)
      parts.push(features)
    }
  })
  if (parts.length === 0) return null
  const size = parts[0].length
  const values = new Float32Array(parts.length * size)
  parts.forEach((part, i) => values.set(part, i * size))
  return { rows: Uint32Array.from(rows), values, size }
}
