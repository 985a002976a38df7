import type { Profile } from '../contract/profile.ts'
import type { LayerInfo, ModelInUse } from '../contract/records.ts'
import { writeMeta } from './meta.ts'
import { changed } from './project.ts'
import type { Project } from './project.ts'

export type NewModel = Omit<ModelInUse, 'missing'>

/** JSON with its keys in order: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => part !== null && typeof part === 'object' && !Array.isArray(part)
    ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
    : part)
}

/** Makes it the model in use. Scores of the same model file under the same profile come back with it. */
export function useModel(project: Project, model: NewModel): void {
  const { database } = project
  database.transaction(() => {
    const { id } = database.get<{ id: number }>(
      `INSERT INTO models (file, name, sha256, profile, profile_sha256, classes, layers, default_layer, steps_over, used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (sha256, profile_sha256) DO UPDATE SET file = excluded.file, name = excluded.name, profile = excluded.profile, classes = excluded.classes, layers = excluded.layers,
         default_layer = excluded.default_layer, steps_over = excluded.steps_over, used_at = excluded.used_at RETURNING id`,
      [model.file, model.name, model.sha256, JSON.stringify(model.profile), model.profileSha256, JSON.stringify(model.classes), JSON.stringify(model.layers),
        model.defaultLayer, model.stepsOver, new Date().toISOString()])!
    writeMeta(database, 'model-in-use', String(id))
    project.modelId = id
  })
  changed(project, 'scores')
}

export function modelInUse(project: Project): Omit<ModelInUse, 'missing'> | null {
  return modelRow(project, project.modelId)
}

/** A model that is or was in use, by its row; null: there is none. */
export function modelRow(project: Project, id: number | null): Omit<ModelInUse, 'missing'> | null {
  const row = project.database.get<{ file: string; name: string; sha256: string; profile: string; profileSha256: string; classes: string; layers: string; defaultLayer: string | null; stepsOver: ModelInUse['stepsOver'] }>(
    `SELECT file, name, sha256, profile, profile_sha256 AS profileSha256, classes, layers, default_layer AS defaultLayer, steps_over AS stepsOver FROM models WHERE id = ?`, [id])
  return row
    ? { ...row, profile: JSON.parse(row.profile) as Profile, classes: JSON.parse(row.classes) as string[], layers: JSON.parse(row.layers) as LayerInfo[] }
    : null
}
