import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ReviewError } from '../contract/errors.ts'
import { Profile, PROFILE_FORMAT } from '../contract/profile.ts'
import type { ModelAnalysis } from './instrument.ts'
import { classCount } from './single-score.ts'

/** Key of an ONNX file's metadata_props under which a profile may stand. */
export const PROFILE_METADATA_KEY = 'right-reason.profile'

/** Where a profile beside a model may stand, the first that exists counts. New ones are saved to the first. */
export function profilePaths(modelFile: string): string[] {
  return [`${modelFile.replace(/\.onnx$/i, '')}.profile.json`, `${modelFile}.profile.json`]
}

/**
 * A profile from JSON. `where` names its place in messages.
 * Throws `bad-profile` with each field that is wrong and the value found there.
 */
export function parseProfile(text: string, where: string): Profile {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new ReviewError('bad-profile', `${where} is not JSON: ${(cause as Error).message}`, { cause })
  }
  return checkedProfile(json, where)
}

/** As `parseProfile`, of a value that was read before. */
export function checkedProfile(json: unknown, where: string): Profile {
  if ((json as { format?: unknown } | null)?.format !== PROFILE_FORMAT)
    throw new ReviewError('bad-profile', `${where} is no profile of this version: its field 'format' must be '${PROFILE_FORMAT}', but is ${quote((json as { format?: unknown } | null)?.format)}.`)
  const parsed = Profile.safeParse(json)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.slice(0, 5).map(({ path, message }) => `'${path.join('.')}' is ${quote(valueAt(json, path))}: ${message}`)
  throw new ReviewError('bad-profile', `${where} is not valid. ${problems.join('; ')}. docs/profile.md explains every field.`, { details: { field: parsed.error.issues[0].path.join('.') } })
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], json)
}

function quote(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80)
}

/** The profile that stands beside a model; null if there is none. */
export async function profileBeside(modelFile: string): Promise<Profile | null> {
  for (const path of profilePaths(modelFile)) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
      throw new ReviewError('file-unreadable', `The profile cannot be read (${error.code}): ${path}`, { cause: error })
    })
    if (text !== null) return parseProfile(text, `The profile ${path}`)
  }
  return null
}

/**
 * Whether a profile fits a model: size, layout and channels of the input, number of classes, layer, positive class.
 * Throws `profile-mismatch` with both sides and what to change, `no-such-layer`.
 */
export function checkProfileFits(profile: Profile, analysis: ModelAnalysis): void {
  const { input, output, values } = profile
  const { inputSize, inputLayout, layers } = analysis
  const classes = classCount(analysis)
  const mismatch = (what: string): never => {
    throw new ReviewError('profile-mismatch', `The profile does not fit the model: ${what}`)
  }
  if (input.name !== null && input.name !== analysis.inputs[0].name) mismatch(`it feeds the input '${input.name}', the model's input is '${analysis.inputs[0].name}'. Correct 'input.name'.`)
  if (input.layout !== inputLayout) mismatch(`'input.layout' is ${input.layout}, the model's input [${analysis.inputs[0].dims.join(', ')}] is ${inputLayout}.`)
  if (input.width !== inputSize.width || input.height !== inputSize.height) mismatch(`its input is ${input.width}×${input.height}, the model takes ${inputSize.width}×${inputSize.height}. Correct 'input.width' and 'input.height'.`)
  if (input.channels !== inputSize.channels) mismatch(`'input.channels' is ${input.channels}, the model takes ${inputSize.channels}.`)
  for (const name of ['mean', 'std'] as const)
    if (values[name].length !== 1 && values[name].length !== input.channels) mismatch(`'values.${name}' has ${values[name].length} numbers for ${input.channels} channels. Give one, or one a channel.`)
  if (output.classes.length > 0 && output.classes.length !== classes && output.classes.length !== analysis.classes) mismatch(`'output.classes' names ${output.classes.length} classes, the model has ${classes}. Name each class once, in the order of the output.`)
  if (output.positiveClass !== null && output.positiveClass >= classes) mismatch(`'output.positiveClass' is ${output.positiveClass}, the model has ${classes} classes, counted from 0.`)
  if (output.threshold !== null && output.positiveClass === null) mismatch(`'output.threshold' is ${output.threshold} without 'output.positiveClass'. Say which class the threshold is for.`)
  if (profile.layer !== null && !layers.some(({ name }) => name === profile.layer))
    throw new ReviewError('no-such-layer', `The profile's layer '${profile.layer}' is none of the model's ${layers.length} layers with a grid. Remove 'layer' to take the default (${analysis.defaultLayer ?? 'there is none'}).`)
}

/** SHA-256 of a profile's canonical JSON: keys sorted, defaults filled in, so that the same profile has the same hash. */
export function profileSha256(profile: Profile): string {
  return createHash('sha256').update(canonicalJson(Profile.parse(profile))).digest('hex')
}

export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined).sort(([a], [b]) => a < b ? -1 : 1)
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`
}
