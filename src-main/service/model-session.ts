import { basename } from 'node:path'

import { existsSync } from 'node:fs'
import { ReviewError } from '../contract/errors.ts'
import { PROVIDER_IDS } from '../contract/records.ts'
import type { ModelInUse, ProviderInfo } from '../contract/records.ts'
import { PROVIDERS } from '../model/providers.ts'
import { modelInUse } from '../project/models.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'

/** The project's model. Throws `not-ready`. */
export function modelOf(context: Context): Omit<ModelInUse, 'missing'> {
  const model = modelInUse(projectOf(context))
  if (model) return model
  throw new ReviewError('not-ready', 'The project has no model yet. Choose an ONNX model first.')
}

/** What results belong to: a model file with a profile. */
export function modelKey({ sha256, profileSha256 }: Pick<ModelInUse, 'sha256' | 'profileSha256'>): string {
  return `${sha256} ${profileSha256}`
}

/**
 * Opens the project's model in the compute process where it is not open there yet. Throws `not-ready` where the project has none or its file
 * is another one now, `file-not-found`, and what the compute process throws on a model.
 */
export function ensureModel(context: Context): Promise<void> {
  const model = modelOf(context)
  const key = JSON.stringify([model.file, model.sha256, model.profileSha256, context.settings.current.provider])
  if (context.opened?.key !== key) {
    const done = open(context, model)
    context.opened = { key, done }
    done.catch(() => { if (context.opened?.done === done) context.opened = null })
  }
  return context.opened!.done
}

async function open(context: Context, model: Omit<ModelInUse, 'missing'>): Promise<void> {
  if (!existsSync(model.file)) throw new ReviewError('file-not-found', `The model '${basename(model.file)}' is not where it was. Choose it again; the results so far stay.`)
  context.loaded = modelKey(model)
  const opened = await context.compute.open({ file: model.file, profile: model.profile, provider: context.settings.current.provider })
  if (opened.sha256 !== model.sha256) throw new ReviewError('not-ready', `The model file '${basename(model.file)}' has changed since it was chosen. Choose it again to use the new one; the results of the old one stay.`)
  tellProviders(context, opened.providers)
}

export function tellProviders(context: Context, providers: readonly ProviderInfo[]): void {
  context.providers = providers
  context.emitter.emit('providers', providers)
}

/** Before a model was opened nothing is known of the providers. */
export function knownProviders(context: Context): readonly ProviderInfo[] {
  return context.providers ?? PROVIDER_IDS.map((id) => ({ id, name: PROVIDERS[id].name, state: 'not-tried', reason: 'Tried when a model is opened.', msPerImage: null, maxRelativeError: null }))
}
