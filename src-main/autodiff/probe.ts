import { ReviewError } from '../contract/errors.ts'
import { ELEMENT_TYPES, elementTypeOf, isFloat, type ElementType } from '../onnx/element-types.ts'
import { encodeModel } from '../onnx/encode.ts'
import { ConstantFolder } from '../onnx/fold.ts'
import { Graph, outputsOf } from '../onnx/graph.ts'
import { inlineKnownBranches } from '../onnx/inline.ts'
import { standardOpset } from '../onnx/opset.ts'
import type { ModelProto, TensorProto, ValueInfoProto } from '../onnx/proto.ts'
import { elementCount, type Values } from '../onnx/tensors.ts'
import { isStatic, shapeFrom, type Shape } from './shapes.ts'

/** What a session says of one of its outputs. A dimension that it does not know is a string. */
export interface TensorMetadata {
  readonly name: string
  readonly type: string
  readonly shape: readonly (number | string)[]
}

/** Creates a session from a model's bytes and returns its outputs' metadata; handed in, for only model/ knows ONNX Runtime. */
export type RunProbe = (model: Uint8Array, options: { readonly graphOptimizationLevel: 'basic' | 'disabled' }) => Promise<{ readonly outputs: readonly TensorMetadata[] }>

/** What is known of every tensor of a graph before it runs. */
export interface TensorFacts {
  shapeOf(name: string): Shape | null
  typeOf(name: string): ElementType | null
  /** The values of a tensor that depend neither on the input nor on the batch. */
  constant(name: string): Values | null
  /** The values of a tensor [N, …] whose row n is the first row + n·step: positions within a batch that was made flat. Null for others, and where the batch is fixed. */
  rowsByStep(name: string): RowsByStep | null
  /** The batch size that the model demands, or null where it takes any. */
  readonly fixedBatch: number | null
}

export interface RowsByStep { readonly first: Values; readonly step: number }

/** Weights above this many elements are not needed to know shapes. */
const SMALL = 1024

/**
 * A model with the same operators and no weights: large initializers become inputs, every tensor an output,
 * and the input has a size. ONNX Runtime's own shape inference then answers for every tensor at once.
 */
export function makeProbe(model: ModelProto, inputDims: readonly number[]): Uint8Array {
  const graph = model.graph!
  const view = new Graph(graph)
  const large = (graph.initializer ?? []).filter((tensor) => elementCount(tensor.dims ?? []) > SMALL)
  const largeNames = new Set(large.map((tensor) => tensor.name))
  const constants = (graph.node ?? []).flatMap((node) => {
    const value = node.opType === 'Constant' ? node.attribute?.find(({ name }) => name === 'value')?.t : undefined
    return value && elementCount(value.dims ?? []) > SMALL ? [{ node, tensor: { ...value, name: node.output![0] } }] : []
  })
  const dropped = new Set(constants.map(({ node }) => node))
  const nodes = (graph.node ?? []).filter((node) => !dropped.has(node))
  const input = view.inputNames[0]
  const inputs = (graph.input ?? []).filter(({ name }) => view.inputNames.includes(name ?? '')).map((info) => (info.name === input ? sized(info, inputDims) : info))
  return encodeModel({
    ...model,
    graph: {
      ...graph,
      node: nodes,
      initializer: (graph.initializer ?? []).filter((tensor) => !largeNames.has(tensor.name)),
      input: [...inputs, ...[...large, ...constants.map(({ tensor }) => tensor)].map(inputFor)],
      output: nodes.flatMap(outputsOf).map((name) => ({ name })),
      valueInfo: [],
    },
  })
}

function sized(info: ValueInfoProto, dims: readonly number[]): ValueInfoProto {
  return { name: info.name, type: { tensorType: { elemType: info.type?.tensorType?.elemType, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } } }
}

function inputFor(tensor: TensorProto): ValueInfoProto {
  return { name: tensor.name, type: { tensorType: { elemType: tensor.dataType, shape: { dim: (tensor.dims ?? []).map((dimValue) => ({ dimValue })) } } } }
}

/** False where the graph itself is for one batch size, though its input's dimension has a name. */
function hasOpenBatch(facts: TensorFacts, name: string): boolean {
  return facts.shapeOf(name)?.some((dim) => !isStatic(dim)) ?? false
}

interface Snapshot {
  readonly shapes: ReadonlyMap<string, readonly number[]>
  readonly types: ReadonlyMap<string, ElementType>
  readonly folder: ConstantFolder
}

/**
 * Learns shapes, types and constants of every tensor: two probes, at batch 2 and 3, tell how each dimension depends on
 * the batch. A model that is made for one batch size (declared so, or failing at others) is probed at that size alone.
 * Branches whose condition turns out to be known are put in place of their If, and the rest is learnt again.
 *
 * `inputDims` without the batch; `declaredBatch` null where the file leaves it open.
 */
export async function learnFacts(model: ModelProto, declaredBatch: number | null, inputDims: readonly number[], runProbe: RunProbe): Promise<{ readonly model: ModelProto; readonly facts: TensorFacts }> {
  const facts = await probeFacts(model, declaredBatch, inputDims, runProbe)
  const simpler = inlineKnownBranches(model, new Graph(model.graph!), (tensor) => facts.constant(tensor)?.data[0] ?? null)
  return simpler === model ? { model, facts } : learnFacts(simpler, declaredBatch, inputDims, runProbe)
}

async function probeFacts(model: ModelProto, declaredBatch: number | null, inputDims: readonly number[], runProbe: RunProbe): Promise<TensorFacts> {
  if (declaredBatch === null) {
    const two = await snapshot(model, [2, ...inputDims], runProbe).catch(() => null)
    const three = two && (await snapshot(model, [3, ...inputDims], runProbe).catch(() => null))
    const open = two && three && pairFacts(two, three)
    if (open && new Graph(model.graph!).outputNames.some((name) => hasOpenBatch(open, name))) return open
  }
  const batch = declaredBatch ?? 1
  try {
    return singleFacts(await snapshot(model, [batch, ...inputDims], runProbe), batch)
  } catch (cause) {
    if (cause instanceof ReviewError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    const unknown = unknownOperator(reason)
    if (unknown) throw new ReviewError('unsupported-model', `The model uses the operator '${unknown}', which ONNX Runtime does not have. Export it with standard ONNX operators only.`, { cause, details: { op: unknown } })
    throw new ReviewError('unsupported-graph', `ONNX Runtime cannot load the model at an input of [${[batch, ...inputDims].join(', ')}]: ${reason}`, { cause })
  }
}

/** The operator that ONNX Runtime's words complain of; null where they complain of something else. */
function unknownOperator(reason: string): string | null {
  const custom = /([\w.:]+)\([-\d]+\) is not a registered function\/op/.exec(reason)
  return custom?.[1] ?? /No Op registered for (\S+)/.exec(reason)?.[1] ?? null
}

async function snapshot(model: ModelProto, inputDims: readonly number[], runProbe: RunProbe): Promise<Snapshot> {
  const { outputs } = await runProbe(makeProbe(model, inputDims), { graphOptimizationLevel: 'basic' })
  const graph = new Graph(model.graph!)
  const shapes = new Map<string, readonly number[]>()
  const types = new Map<string, ElementType>()
  for (const { name, type, shape } of outputs) {
    if (type in ELEMENT_TYPES) types.set(name, type as ElementType)
    if (shape.every((dim) => typeof dim === 'number')) shapes.set(name, shape as number[])
  }
  for (const [name, tensor] of graph.initializers) {
    shapes.set(name, tensor.dims ?? [])
    const type = elementTypeOf(tensor.dataType)
    if (type) types.set(name, type)
  }
  for (const node of graph.nodes) {
    const value = node.opType === 'Constant' ? node.attribute?.find(({ name }) => name === 'value')?.t : undefined
    const type = elementTypeOf(value?.dataType)
    if (value && node.output) shapes.set(node.output[0], value.dims ?? [])
    if (type && node.output) types.set(node.output[0], type)
  }
  for (const { name, type } of graph.proto.input ?? []) {
    const dims = (type?.tensorType?.shape?.dim ?? []).map(({ dimValue }) => dimValue)
    shapes.set(name ?? '', name === graph.inputNames[0] ? inputDims : dims.filter((dim) => dim !== undefined))
    types.set(name ?? '', elementTypeOf(type?.tensorType?.elemType) ?? 'float32')
  }
  return { shapes, types, folder: new ConstantFolder(graph, standardOpset(model), (name) => shapes.get(name) ?? null) }
}

function pairFacts(two: Snapshot, three: Snapshot): TensorFacts {
  const shapes = new Map([...two.shapes].map(([name, atTwo]) => {
    const atThree = three.shapes.get(name)
    return [name, atThree ? shapeFrom(atTwo, atThree) : null] as const
  }))
  return {
    fixedBatch: null,
    shapeOf: (name) => shapes.get(name) ?? null,
    typeOf: (name) => two.types.get(name) ?? null,
    constant: (name) => {
      const atTwo = two.folder.value(name)
      const atThree = three.folder.value(name)
      return atTwo && atThree && sameValues(atTwo, atThree) ? atTwo : null
    },
    rowsByStep: (name) => {
      const [atTwo, atThree] = [rowsByStep(two.folder.value(name), 2), rowsByStep(three.folder.value(name), 3)]
      return atTwo && atThree && atTwo.step === atThree.step && sameValues(atTwo.first, atThree.first) ? atTwo : null
    },
  }
}

function rowsByStep(values: Values | null, batch: number): RowsByStep | null {
  if (!values || values.dims[0] !== batch || values.data.length === 0) return null
  const { type, dims, data } = values
  const size = data.length / batch
  const step = data[size] - data[0]
  if (!data.every((value, i) => value === data[i % size] + Math.floor(i / size) * step)) return null
  return { first: { type, dims: dims.slice(1), data: data.slice(0, size) }, step }
}

function singleFacts(only: Snapshot, batch: number): TensorFacts {
  return {
    fixedBatch: batch,
    shapeOf: (name) => only.shapes.get(name) ?? null,
    typeOf: (name) => only.types.get(name) ?? null,
    constant: (name) => only.folder.value(name),
    rowsByStep: () => null,
  }
}

function sameValues(a: Values, b: Values): boolean {
  return a.data.length === b.data.length && a.dims.every((dim, axis) => dim === b.dims[axis]) && a.data.every((value, i) => Object.is(value, b.data[i]))
}

/** True for a tensor that a gradient can flow through. */
export function isDifferentiable(facts: TensorFacts, name: string): boolean {
  return isFloat(facts.typeOf(name))
}
