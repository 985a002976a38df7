import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { ReviewError } from '../contract/errors.ts'
import { Profile } from '../contract/profile.ts'
import type { ClassChoice, ModelInspection, ProjectInfo } from '../contract/records.ts'
import { UsageError } from './exit-codes.ts'
import type { Runner } from './jobs.ts'

/**
 * The profile of `--profile`: a preset's id, a JSON file, or what the model itself says (beside it, in its metadata, or guessed).
 * What a file or preset leaves open, as the classes, is taken from the model.
 */
export async function chooseProfile(runner: Runner, inspection: ModelInspection, choice: string | undefined): Promise<Profile> {
  const own = inspection.profile
  if (choice === undefined) return own
  const { presets } = await runner.call('app.state')
  const preset = presets.find(({ id }) => id === choice)?.profile
  if (preset) return { ...preset, input: { ...preset.input, name: own.input.name, layout: own.input.layout, channels: own.input.channels }, output: { ...own.output, activation: preset.output.activation }, layer: own.layer }
  const told = await readProfile(resolve(choice), presets.map(({ id }) => id))
  return told.output.classes.length > 0 ? told : { ...told, output: { ...told.output, classes: own.output.classes } }
}

async function readProfile(file: string, presets: readonly string[]): Promise<Profile> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ReviewError('bad-profile', `There is no profile ${file}, and no preset of this name. The presets are ${presets.join(', ')}.`, { cause })
  })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new ReviewError('bad-profile', `${basename(file)} is not JSON: ${(cause as Error).message}`, { cause })
  }
  const profile = Profile.safeParse(json)
  if (profile.success) return profile.data
  const [issue] = profile.error.issues
  throw new ReviewError('bad-profile', `${basename(file)} is not a valid profile${issue.path.length > 0 ? ` at '${issue.path.join('.')}'` : ''}: ${issue.message}.`)
}

/** Puts the model into the project that is open. A preprocessing that was guessed is said loudly. */
export async function useModel(runner: Runner, file: string, choice: string | undefined): Promise<ProjectInfo> {
  const path = resolve(file)
  const inspection = await runner.call('model.inspect', { file: path })
  const profile = await chooseProfile(runner, inspection, choice)
  if (profile.assumed) {
    const { input, values } = profile
    runner.tell(`WARNING: ${basename(file)} has no profile. Its preprocessing is a guess: ${input.width}×${input.height}×${input.channels}, ${values.source} values, scale ${values.scale}, mean ${values.mean.join('/')}, std ${values.std.join('/')}.`)
    runner.tell('WARNING: scores and maps are wrong if the model was trained otherwise. Say it with --profile; the results are marked as assumed.')
  }
  return runner.call('model.use', { file: path, profile })
}

/** `predicted`, `label`, an index, a class's name, or the difference of two: `1-0`, `pneumonia-minus-normal`. */
export function chooseClass(text: string, classes: readonly string[]): ClassChoice {
  if (text === 'predicted' || text === 'label') return text
  const one = classNamed(text, classes)
  if (one !== null) return one
  const difference = text.split('-minus-').length === 2 ? text.split('-minus-') : /^\d+-\d+$/.test(text) ? text.split('-') : []
  const [index, minus] = difference.map((name) => classNamed(name, classes))
  if (typeof index === 'number' && typeof minus === 'number' && index !== minus) return { index, minus }
  throw new UsageError(`The model has no class '${text}'. Use predicted, label, an index from 0, the difference of two as 1-0 or name-minus-name, or one of: ${classes.slice(0, 20).join(', ')}${classes.length > 20 ? ', …' : ''}.`)
}

/** By name first: a class may be called '7'. */
function classNamed(text: string, classes: readonly string[]): number | null {
  const named = classes.indexOf(text)
  if (named >= 0) return named
  const index = Number(text)
  return text.trim() !== '' && Number.isInteger(index) && index >= 0 && (classes.length === 0 || index < classes.length) ? index : null
}
