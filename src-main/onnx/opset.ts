import { ReviewError } from '../contract/errors.ts'
import type { ModelProto } from './proto.ts'

/** Gradients need Where (opset 9). Models older than that say the same things in other words. */
export const OLDEST_OPSET = 9

/** The version of the standard operators that a model is written in. */
export function standardOpset(model: ModelProto): number {
  const entry = (model.opsetImport ?? []).find(({ domain }) => !domain || domain === 'ai.onnx')
  if (!entry?.version) throw new ReviewError('onnx-damaged', 'The ONNX file does not say which version of the standard operators it uses. Export it again.')
  return entry.version
}

/** Throws `unsupported-graph` for a model that is older than the operators that gradients are written in. */
export function requireGradientOpset(opset: number): void {
  if (opset >= OLDEST_OPSET) return
  throw new ReviewError('unsupported-graph', `The model uses version ${opset} of the ONNX operators; gradients need ${OLDEST_OPSET} or later. Export it again, or convert it with onnx.version_converter.`)
}
