import { meanOfViews, viewsOf } from '../attribution/augmentation.ts'
import { layersText, meanOfLayers } from '../attribution/layer-mean.ts'
import type { AttributionMap, AttributionMethod, Parameters } from '../attribution/types.ts'
import { ReviewError } from '../contract/errors.ts'
import type { Classifier } from '../model/classifier.ts'
import { requireFiniteLayer, type RunResult } from '../model/rows.ts'
import type { ClassTarget } from '../model/single-score.ts'
import { blackOf, imageOf, modelRuns } from './model-runs.ts'
import type { ComputedAttribution } from './types.ts'

export interface MapTask {
  readonly method: AttributionMethod
  readonly parameters: Parameters
  /** none where the method has no layer */
  readonly layers: readonly string[]
}

/**
 * One method's map of an image: the mean over its augmented views and over its layers, where these are asked for.
 * `base`: the run of the image as it is, for a method that needs no more than a layer. Throws `non-finite` and what runs of the model throw.
 */
export async function methodMap(classifier: Classifier, { method, parameters, layers }: MapTask, input: Float32Array, base: RunResult | undefined, target: ClassTarget, signal: AbortSignal): Promise<ComputedAttribution> {
  const views = viewsOf(imageOf(classifier, input), blackOf(classifier), parameters)
  /** for each view the maps of all layers */
  const maps: AttributionMap[][] = []
  if (method.needs === 'layer') {
    const others = views.slice(1)
    const seed = classifier.seedOf(target)
    const runs = others.length === 0 ? [] : await classifier.run(others.map((view) => ({ input: view.input, seed })), { layer: null, layers })
    for (const run of [base!, ...runs]) maps.push(run.layers.map((tensors) => method.map(requireFiniteLayer(tensors), parameters)))
  } else {
    for (const view of views) {
      const ofView: AttributionMap[] = []
      for (const layer of layers.length > 0 ? layers : [null]) ofView.push(await method.map(modelRuns(classifier, view.input, layer, target, signal), parameters))
      maps.push(ofView)
    }
  }
  const map = meanOfLayers(maps[0].map((_, layer) => meanOfViews(views, maps.map((ofView) => ofView[layer]))))
  if (!map.values.every(Number.isFinite)) throw new ReviewError('non-finite', `${method.name} gave NaN or infinity for this image. Choose another layer or method.`)
  return { method: method.id, layer: layers.length > 0 ? layersText(layers) : null, classIndex: target.index, grid: map.grid, signed: map.signed, values: map.values, diagnostics: map.diagnostics }
}
