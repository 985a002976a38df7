import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ReviewError, type ErrorRecord } from '../contract/errors.ts'
import type { Profile } from '../contract/profile.ts'
import type { ModelInspection } from '../contract/records.ts'
import { decodeModel } from '../onnx/decode.ts'
import type { ReadExternal } from '../onnx/external-data.ts'
import { parseClassNames } from './class-names.ts'
import { filledProfile, guessProfile } from './guess-profile.ts'
import { analyseModel, type ModelAnalysis } from './instrument.ts'
import { checkProfileFits, parseProfile, profileBeside, PROFILE_METADATA_KEY } from './profile.ts'
import { runProbe } from './runtime.ts'
import { classCount } from './single-score.ts'

export interface ModelFile {
  readonly file: string
  readonly bytes: Uint8Array
  readonly sha256: string
  readonly externalData: ReadExternal
}

/** Throws `file-not-found`, `file-unreadable`. */
export async function readModelFile(file: string): Promise<ModelFile> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT'
      ? new ReviewError('file-not-found', `The model file does not exist: ${file}`, { cause })
      : new ReviewError('file-unreadable', `The model file cannot be read (${cause.code}): ${file}`, { cause })
  })
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const folder = dirname(file)
  const externalData: ReadExternal = (location) => {
    try {
      return readFileSync(join(folder, location))
    } catch (cause) {
      throw new ReviewError('onnx-missing-data', `The model's weights file '${location}' is not in the folder of the model. Copy it there.`, { cause })
    }
  }
  return { file, bytes, sha256, externalData }
}

/** The graph of a model at the size and output of a profile. Throws what `analyseModel` throws. */
export function analyseFile({ bytes, externalData }: ModelFile, profile: Profile | null): Promise<ModelAnalysis> {
  return analyseModel(bytes, {
    runProbe,
    externalData,
    ...(profile && { inputSize: { width: profile.input.width, height: profile.input.height } }),
    ...(profile?.output.name && { output: profile.output.name }),
  })
}

/**
 * What a model file is, with the profile found for it: beside it, in its metadata, or guessed.
 * What keeps it from being used stands in `problems`.
 * Throws `not-onnx`, `onnx-damaged`, `onnx-missing-data`, `unsupported-model`, `unsupported-graph`, `bad-profile`.
 */
export async function inspectModel(model: ModelFile): Promise<{ inspection: ModelInspection; analysis: ModelAnalysis }> {
  const { file, bytes, sha256 } = model
  const found = await findProfile(model)
  const analysis = await analyseFile(model, found?.profile ?? null)
  const profile = await withClassesBeside(file, found ? filledProfile(found.profile, analysis) : guessProfile(analysis), classCount(analysis))
  return { analysis, inspection: inspectionOf(file, sha256, bytes.length, analysis, profile, found?.source ?? 'guess') }
}

async function findProfile({ file, bytes }: ModelFile): Promise<{ profile: Profile; source: 'beside' | 'metadata' } | null> {
  const beside = await profileBeside(file)
  if (beside) return { profile: beside, source: 'beside' }
  const text = decodeModel(bytes).metadataProps?.find(({ key }) => key === PROFILE_METADATA_KEY)?.value
  return text ? { profile: parseProfile(text, `The profile in the metadata of ${file}`), source: 'metadata' } : null
}

/** Teachable Machine and others put the classes into a labels.txt. */
async function withClassesBeside(file: string, profile: Profile, classes: number): Promise<Profile> {
  if (profile.output.classes.length > 0) return profile
  const text = await readFile(join(dirname(file), 'labels.txt'), 'utf8').catch(() => null)
  const names = text === null ? null : parseClassNames(text)
  return names?.length === classes ? { ...profile, output: { ...profile.output, classes: names } } : profile
}

export function inspectionOf(file: string, sha256: string, bytes: number, analysis: ModelAnalysis, profile: Profile, profileSource: ModelInspection['profileSource']): ModelInspection {
  return {
    file,
    sha256,
    bytes,
    inputs: analysis.inputs,
    outputs: analysis.outputs,
    opset: analysis.opset,
    producer: analysis.producer,
    metadata: analysis.metadata,
    layers: analysis.layers.map(({ name, op, channels, grid }) => ({ name, op, channels, grid })),
    defaultLayer: analysis.defaultLayer,
    classCount: classCount(analysis),
    scoreTensor: analysis.scoreTensor,
    stepsOver: analysis.scoreIsBeforeActivation,
    operatorsWithoutGradient: analysis.operatorsWithoutGradient.map(({ op, count, node }) => ({ op, count, node })),
    profile,
    profileSource,
    problems: problemsOf(analysis, profile),
  }
}

function problemsOf(analysis: ModelAnalysis, profile: Profile): ErrorRecord[] {
  const problems: ErrorRecord[] = []
  try {
    checkProfileFits(profile, analysis)
  } catch (thrown) {
    if (!(thrown instanceof ReviewError)) throw thrown
    problems.push(thrown.toRecord())
  }
  if (profile.assumed)
    problems.push({ code: 'no-profile', message: `How images are prepared was guessed (${profile.resize.geometry}, value × ${Number(profile.values.scale.toPrecision(4))} ${profile.values.offset < 0 ? '−' : '+'} ${Math.abs(profile.values.offset)}, mean ${profile.values.mean.join(', ')}, std ${profile.values.std.join(', ')}). Wrong preparation gives wrong scores: compare with the code that trained the model, then save the profile.` })
  if (analysis.defaultLayer === null) problems.push({ code: 'no-target-layer', message: 'No layer with a grid was found, so class activation maps cannot be made. Methods on the input can.' })
  for (const { op, node, reason } of analysis.operatorsWithoutGradient)
    problems.push({ code: 'unsupported-op', message: `'${op}' (node '${node}') cannot be differentiated: ${reason}. Layers behind it, where there are any, can be used.`, details: { op, node } })
  return problems
}
