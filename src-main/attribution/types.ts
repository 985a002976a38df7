import type { ParameterInfo } from '../contract/records.ts'
import type { Planes } from '../tensor/planes.ts'

export type { Planes }

/**
 * What one run gives of a layer: the gradients are those of the class's logit at the activations, [channels, 1, 1] where they are the same in every
 * cell, as before a global mean.
 */
export interface LayerTensors { readonly activations: Planes; readonly gradients: Planes }

/** A map of one class, row-major [height, width], not normalised. */
export interface AttributionMap {
  readonly grid: readonly [number, number]
  readonly values: Float32Array
  readonly signed: boolean
  /** numbers that tell how far the map can be trusted, as the convergence delta of integrated gradients */
  readonly diagnostics: Readonly<Record<string, number>>
}

export type Parameters = Readonly<Record<string, number | string>>

/** Softmax weights of one self-attention, [heads, tokens, tokens]: rows ask, columns are read. */
export interface AttentionWeights { readonly data: Float32Array; readonly heads: number; readonly tokens: number }

/** Every self-attention over the image's tokens, in the order of the graph; class tokens come before those of the grid. */
export interface Attention { readonly weights: readonly AttentionWeights[]; readonly grid: readonly [number, number]; readonly classTokens: number }

/**
 * What a method may ask of the model beyond one run, for one image and one class. Inputs are [channels, height, width]
 * in the model's own units; several are run in small batches as they are drawn from the iterable, so that memory stays bounded.
 */
export interface ModelRuns {
  readonly input: Planes
  /** the input's value of displayed black, per channel */
  readonly black: readonly number[]
  /** logit of the class of each input */
  scores(inputs: Iterable<Float32Array>): Promise<Float32Array>
  /** logit of the class of each input; its gradient is handed to `use` and not kept */
  inputGradients(inputs: Iterable<Float32Array>, use: (gradient: Float32Array, index: number) => void): Promise<Float32Array>
  /** activations and gradients of the layer at the image */
  layer(): Promise<LayerTensors>
  /** logit of the class with other activations at the layer, each [channels, rows, columns] */
  scoresWithLayer(alternatives: Iterable<Float32Array>): Promise<Float32Array>
  /** Throws `no-attention` */
  attention(): Promise<Attention>
}

interface MethodRow {
  readonly id: string
  readonly name: string
  /** paper and equation */
  readonly source: string
  readonly signed: boolean
  readonly resolution: 'layer' | 'tokens' | 'input'
  /** in words: how many runs of the model a map takes */
  readonly cost: string
  readonly parameters: readonly ParameterInfo[]
}

/** Computed from the one everyday run. */
export interface LayerMethod extends MethodRow {
  readonly needs: 'layer'
  map(layer: LayerTensors, parameters: Parameters): AttributionMap
}

/** Asks for runs of its own. */
export interface RunsMethod extends MethodRow {
  readonly needs: 'runs'
  /** true: the map is one of the layer's, else of the input's pixels */
  readonly usesLayer: boolean
  map(runs: ModelRuns, parameters: Parameters): Promise<AttributionMap>
}

export type AttributionMethod = LayerMethod | RunsMethod
