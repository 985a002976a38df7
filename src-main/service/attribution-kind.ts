import { ReviewError } from '../contract/errors.ts'
import type { AttributionRequest, AttributionRecord, ClassChoice, ModelInUse } from '../contract/records.ts'
import type { AttributionSpec, ComputedAttribution } from '../compute/types.ts'
import { gridText } from '../display/caveat.ts'
import { layersText } from '../attribution/layer-mean.ts'
import { completeParameters, methodNamed } from '../attribution/methods.ts'
import { contentOf } from '../project/attributions.ts'
import type { AttributionKind, NewAttribution, StoredAttribution } from '../project/attributions.ts'
import { addressOf } from './addresses.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import { modelOf } from './model-session.ts'

/** What a request means for the model in use: defaults filled in, so that equal requests are found again. Throws `unknown-method`, `bad-parameter`, `no-such-layer`, `no-such-class`, `no-target-layer`. */
export function kindOf(context: Context, request: AttributionRequest): AttributionKind {
  return kindFor(modelOf(context), request)
}

/** The same for another model of the project. */
export function kindFor(model: Pick<ModelInUse, 'layers' | 'defaultLayer' | 'classes'>, request: AttributionRequest): AttributionKind {
  const method = methodNamed(request.method)
  const minus = typeof request.classIndex === 'object' ? request.classIndex.minus : undefined
  for (const index of [mainClass(request.classIndex), minus]) requireClass(index, model.classes)
  const parameters = completeParameters(method, request.parameters)
  const difference = minus === undefined ? {} : { minus }
  if (method.needs !== 'layer' && !method.usesLayer) return { method: method.id, layer: null, ...difference, parameters }
  const layers = layersOf(request, method.name, model)
  return { method: method.id, layer: layersText(layers), ...(layers.length > 1 && { layers }), ...difference, parameters }
}

/** The class of a choice; of a difference the first. */
export function mainClass(choice: ClassChoice): 'predicted' | 'label' | number {
  return typeof choice === 'object' ? choice.index : choice
}

function requireClass(classIndex: 'predicted' | 'label' | number | undefined, classes: readonly string[]): void {
  if (typeof classIndex !== 'number' || classes.length === 0 || classIndex < classes.length) return
  throw new ReviewError('no-such-class', `The model has ${classes.length} classes, counted from 0; there is no class ${classIndex}.`, { details: { classIndex } })
}

/** The layers of a request, each once and in the model's order, so that equal choices are found again. */
function layersOf(request: AttributionRequest, methodName: string, model: Pick<ModelInUse, 'layers' | 'defaultLayer'>): string[] {
  const wanted = request.layers ?? [request.layer ?? model.defaultLayer]
  for (const layer of wanted) {
    if (layer === null) throw new ReviewError('no-target-layer', `${methodName} needs a layer with a spatial grid, and the model has none. Choose a method on the input's pixels.`)
    if (!model.layers.some(({ name }) => name === layer)) {
      throw new ReviewError('no-such-layer', `The model has no layer '${layer}' with a grid. Choose one of its ${model.layers.length} layers.`, { details: { layer } })
    }
  }
  return model.layers.map(({ name }) => name).filter((name) => wanted.includes(name))
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
export function caveatOf(stored: Pick<StoredAttribution, 'method' | 'grid' | 'layers'>): string {
  const { name, resolution } = methodNamed(stored.method)
  const mean = stored.layers ? `, mean of ${stored.layers.length} layers, each over its greatest value` : ''
  return resolution !== 'input' ? `${name}${mean}, ${gridText(stored.grid)}, interpolated; not a segmentation` : `${name}, a value for each input pixel (${stored.grid[0]}×${stored.grid[1]}); not a segmentation`
}

/** What is explained, in words: 'pneumonia', or 'pneumonia − normal'. */
export function className(context: Context, classIndex: number, minus?: number): string {
  return targetName(modelOf(context).classes, classIndex, minus)
}

export function targetName(classes: readonly string[], classIndex: number, minus?: number): string {
  const name = (index: number) => classes[index] ?? `class ${index}`
  return minus === undefined ? name(classIndex) : `${name(classIndex)} − ${name(minus)}`
}

export function attributionRecord(context: Context, stored: StoredAttribution): AttributionRecord {
  const { id, caseId, method, layer, classIndex, minus, grid, signed, min, max, inputWidth, inputHeight, affine, provider, elapsedMs, diagnostics } = stored
  return {
    id, caseId, method, layer, classIndex, ...(minus === undefined ? {} : { minus }), grid, signed, min, max, inputWidth, inputHeight, affine, provider, elapsedMs, diagnostics,
    className: className(context, classIndex, minus),
    noPositiveEvidence: !(max > 0),
    caveat: caveatOf(stored),
    url: addressOf(projectOf(context), `bytes/map/${id}`, contentOf(stored)),
  }
}
