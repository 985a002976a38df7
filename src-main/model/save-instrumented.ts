import { writeFile } from 'node:fs/promises'
import { ReviewError } from '../contract/errors.ts'
import type { Profile } from '../contract/profile.ts'
import type { InstrumentedFile } from '../contract/records.ts'
import { decodeModel } from '../onnx/decode.ts'
import { encodeModel } from '../onnx/encode.ts'
import type { ModelFile } from './inspect.ts'
import { instrument, type InstrumentedModel, type ModelAnalysis } from './instrument.ts'
import { runProbe } from './runtime.ts'

/** Where the saved file says what was added to it, as JSON. docs/gradients.md explains the fields. */
export const INSTRUMENTED_KEY = 'right-reason.instrumented'

export interface SaveRequest {
  /** none: the model's default layer, unless the input's gradient is all that is wanted */
  readonly layers: readonly string[]
  readonly inputGradient: boolean
  /** absolute path */
  readonly out: string
  readonly overwrite: boolean
}

/**
 * Writes the model with its gradients as a file that any ONNX runtime opens; weights of other files are brought into it.
 * Throws what `instrument` throws, `no-target-layer`, and `file-unwritable` where the file is there already or cannot be written.
 */
export async function saveInstrumented(file: ModelFile, analysis: ModelAnalysis, profile: Profile, { layers, inputGradient, out, overwrite }: SaveRequest): Promise<InstrumentedFile> {
  const wanted = layers.length > 0 || inputGradient ? layers : [profile.layer ?? analysis.defaultLayer]
  const chosen = wanted.map((layer) => {
    if (layer === null) throw new ReviewError('no-target-layer', 'The model has no layer with a grid. Ask for the gradient at the input (--input-gradient).')
    return layer
  })
  const { inputSize: { width, height } } = analysis
  const model = await instrument(file.bytes, { layers: chosen, inputGradient, runProbe, inputSize: { width, height }, output: profile.output.name ?? undefined, externalData: file.externalData })
  const bytes = withMetadata(model, file.sha256)
  await writeFile(out, bytes, { flag: overwrite ? 'w' : 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST') throw new ReviewError('file-unwritable', `There is a file already: ${out}. Choose another name, or let it be overwritten.`, { cause })
    throw new ReviewError('file-unwritable', `The model cannot be written (${cause.code}): ${out}`, { cause })
  })
  const { scores, activations, gradients, inputGradient: atInput } = model.names
  return {
    path: out,
    bytes: bytes.length,
    input: model.inputName,
    seed: model.seedName,
    classes: analysis.classes,
    outputs: [
      { name: scores, what: 'scores', of: null },
      ...Object.keys(activations).flatMap((layer) => [{ name: activations[layer], what: 'activation' as const, of: layer }, { name: gradients[layer], what: 'gradient' as const, of: layer }]),
      ...(atInput ? [{ name: atInput, what: 'gradient' as const, of: model.inputName }] : []),
    ],
  }
}

function withMetadata({ bytes, seedName, inputName, names }: InstrumentedModel, sourceSha256: string): Uint8Array {
  const model = decodeModel(bytes)
  const value = JSON.stringify({ version: 1, sourceSha256, input: inputName, seed: seedName, ...names })
  return encodeModel({ ...model, metadataProps: [...(model.metadataProps ?? []).filter(({ key }) => key !== INSTRUMENTED_KEY), { key: INSTRUMENTED_KEY, value }] })
}
