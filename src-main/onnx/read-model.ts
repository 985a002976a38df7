import { decodeModel } from './decode.ts'
import { embedExternalData, type ReadExternal } from './external-data.ts'
import { inlineFunctions } from './inline.ts'
import type { ModelProto } from './proto.ts'

/**
 * A model as the rest of the program works on it: weights of other files brought in, functions put in place of their
 * calls, weights no longer listed as inputs.
 * Throws `not-onnx`, `onnx-damaged`, `onnx-missing-data`.
 */
export function readModel(bytes: Uint8Array, externalData?: ReadExternal): ModelProto {
  return withoutWeightInputs(inlineFunctions(embedExternalData(decodeModel(bytes), externalData)))
}

/** Exporters before IR version 4 list weights as inputs, which would keep ONNX Runtime from folding them. */
function withoutWeightInputs(model: ModelProto): ModelProto {
  const weights = new Set((model.graph!.initializer ?? []).map(({ name }) => name))
  const inputs = model.graph!.input ?? []
  if (!inputs.some(({ name }) => weights.has(name))) return model
  return { ...model, irVersion: Math.max(4, model.irVersion ?? 4), graph: { ...model.graph, input: inputs.filter(({ name }) => !weights.has(name)) } }
}
