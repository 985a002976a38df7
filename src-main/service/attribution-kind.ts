import { ReviewError } from '../contract/errors.ts'
import type { AttributionRequest, AttributionRecord } from '../contract/records.ts'
import type { AttributionSpec, ComputedAttribution } from '../compute/types.ts'
import { gridText } from '../display/caveat.ts'
import { completeParameters, methodNamed } from '../attribution/methods.ts'
import { contentOf } from '../project/attributions.ts'
import type { AttributionKind, NewAttribution, StoredAttribution } from '../project/attributions.ts'
import { addressOf } from './addresses.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import { modelOf } from './model-session.ts'

/** What a request means for the model in use: defaults filled in, so that equal requests are found again. Throws `unknown-method`, `bad-parameter`, `no-such-layer`, `no-such-class`, `no-target-layer`. */
export function kindOf(context: Context, request: AttributionRequest): AttributionKind {
  const method = methodNamed(request.method)
  const model = modelOf(context)
  const { classIndex } = request
  if (typeof classIndex === 'number' && model.classes.length > 0 && classIndex >= model.classes.length) {
    throw new ReviewError('no-such-class', `The model has ${model.classes.length} classes, counted from 0; there is no class ${classIndex}.`, { details: { classIndex } })
  }
  const usesLayer = method.needs === 'layer' || method.usesLayer
  const layer = usesLayer ? request.layer ?? model.defaultLayer : null
  if (usesLayer && layer === null) throw new ReviewError('no-target-layer', `${method.name} needs a layer with a spatial grid, and the model has none. Choose a method on the input's pixels.`)
  if (layer !== null && !model.layers.some(({ name }) => name === layer)) {
    throw new ReviewError('no-such-layer', `The model has no layer '${layer}' with a grid. Choose one of its ${model.layers.length} layers.`, { details: { layer } })
  }
  return { method: method.id, layer, parameters: completeParameters(method, request.parameters) }
}

export function specOf(kind: AttributionKind, classIndex: number | 'predicted'): AttributionSpec {
  return { ...kind, classIndex }
}

/** A computed map with its case and provenance, as the project keeps it. */
export function toStore(caseId: number, kind: AttributionKind, computed: ComputedAttribution, run: Pick<NewAttribution, 'inputWidth' | 'inputHeight' | 'affine' | 'pixelSha256' | 'provider' | 'version' | 'elapsedMs'>): NewAttribution {
  const { layer, classIndex, grid, signed, values, diagnostics } = computed
  return { caseId, kind, classIndex, layer, grid, signed, values, diagnostics, ...run }
}

/** What is not in the picture itself but has to be said with it. */
export function caveatOf(stored: Pick<StoredAttribution, 'method' | 'grid'>): string {
  const { name, resolution } = methodNamed(stored.method)
  return resolution === 'layer' ? `${name}, ${gridText(stored.grid)}, interpolated; not a segmentation` : `${name}, a value for each input pixel (${stored.grid[0]}×${stored.grid[1]}); not a segmentation`
}

export function className(context: Context, classIndex: number): string {
  return modelOf(context).classes[classIndex] ?? `class ${classIndex}`
}

export function attributionRecord(context: Context, stored: StoredAttribution): AttributionRecord {
  const { id, caseId, method, layer, classIndex, grid, signed, min, max, inputWidth, inputHeight, affine, provider, elapsedMs, diagnostics } = stored
  return {
    id, caseId, method, layer, classIndex, grid, signed, min, max, inputWidth, inputHeight, affine, provider, elapsedMs, diagnostics,
    className: className(context, classIndex),
    noPositiveEvidence: !(max > 0),
    caveat: caveatOf(stored),
    url: addressOf(projectOf(context), `bytes/map/${id}`, contentOf(stored)),
  }
}
