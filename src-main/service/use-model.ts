import { basename } from 'node:path'

import { ReviewError } from '../contract/errors.ts'
import type { Profile } from '../contract/profile.ts'
import { profilePaths, profileSha256 } from '../model/profile.ts'
import { assignClasses } from '../project/label-apply.ts'
import { useModel } from '../project/models.ts'
import { changed } from '../project/project.ts'
import type { Project } from '../project/project.ts'
import type { Context } from './context.ts'
import { writeJsonFile } from './json-file.ts'
import { modelKey, tellProviders } from './model-session.ts'

/**
 * Opens the model in the compute process and, when that has taken it, makes it the project's. Without a profile the model's own is taken (beside it, in it, or guessed).
 * `sha256`: what the file was; another file in its place is refused with `not-ready`. `saveBeside` writes the profile next to the model first.
 */
export async function useModelFile(context: Context, project: Project, choice: { readonly file: string; readonly profile?: Profile; readonly saveBeside?: boolean; readonly sha256?: string }): Promise<void> {
  const { compute, settings } = context
  const profile = choice.profile ?? (await compute.inspect(choice.file)).profile
  await context.jobs.cancelKind('run')
  await context.jobs.cancelKind('evidence')
  await context.jobs.cancelKind('suspects')
  const sha = profileSha256(profile)
  context.opened = null
  context.loaded = null
  const opened = await compute.open({ file: choice.file, profile, provider: settings.current.provider })
  tellProviders(context, opened.providers)
  if (choice.sha256 !== undefined && choice.sha256 !== opened.sha256) throw new ReviewError('not-ready', `The model file '${basename(choice.file)}' has changed since it was used in this project. Choose it anew as another model; the results of the old one stay.`)
  const { inspection } = opened
  if (choice.saveBeside) saveBeside(choice.file, profile)
  await project.database.whenWritable()
  useModel(project, {
    file: choice.file,
    name: basename(choice.file),
    sha256: opened.sha256,
    profile,
    profileSha256: sha,
    classes: opened.classes,
    layers: inspection.layers,
    defaultLayer: profile.layer ?? inspection.defaultLayer,
    stepsOver: inspection.stepsOver,
  })
  await project.database.longTransaction(() => assignClasses(project))
  changed(project, 'labels', 'scores')
  context.loaded = modelKey({ sha256: opened.sha256, profileSha256: sha })
  context.opened = { key: JSON.stringify([choice.file, opened.sha256, sha, settings.current.provider]), done: Promise.resolve() }
}

function saveBeside(modelFile: string, profile: Profile): void {
  const file = profilePaths(modelFile)[0]
  try {
    writeJsonFile(file, profile)
  } catch (thrown) {
    const code = thrown instanceof ReviewError ? thrown.code : 'file-unwritable'
    throw new ReviewError(code, `The profile could not be saved to ${file}. Check the rights of the folder, or use the model without saving the profile.`, { cause: thrown })
  }
}
