import { ReviewError } from '../contract/errors.ts'
import type { ProjectModel } from '../contract/protocol.ts'
import type { Profile } from '../contract/profile.ts'
import type { Project } from './project.ts'

/** Every model that the project has had in use, in the order of the first use. */
export function listModels(project: Project): ProjectModel[] {
  return project.database.all<Omit<ProjectModel, 'classes' | 'inUse'> & { classes: string }>(
    `SELECT id, name, file, sha256, profile_sha256 AS profileSha256, classes, used_at AS usedAt, (SELECT count(*) FROM scores s WHERE s.model_id = m.id) AS scored,
       (SELECT count(*) FROM attributions a WHERE a.model_id = m.id) AS maps FROM models m ORDER BY id`)
    .map((row) => ({ ...row, classes: JSON.parse(row.classes) as string[], inUse: row.id === project.modelId }))
}

/** Throws `no-such-model`. */
export function modelWithId(project: Project, id: number): ProjectModel & { readonly profile: Profile } {
  const found = listModels(project).find((model) => model.id === id)
  const row = project.database.get<{ profile: string }>('SELECT profile FROM models WHERE id = ?', [id])
  if (found && row) return { ...found, profile: JSON.parse(row.profile) as Profile }
  throw new ReviewError('no-such-model', `The project has no model ${id}. Reload the list of models and choose another one.`, { details: { modelId: id } })
}
