import { ReviewError } from '../contract/errors.ts'
import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto } from './proto.ts'
import { checkStoredSize, isExternal } from './tensors.ts'

/** Gives the bytes of a weights file beside the model; throws if it is not there. `location` is safe to append to the model's folder. */
export type ReadExternal = (location: string) => Uint8Array

/** Protocol Buffers end at 2 GiB, and with them a model whose weights lie inside. */
const MAX_BYTES = 2 ** 31 - 1

export interface ExternalLocation { readonly location: string; readonly offset: number; readonly length: number | null }

/**
 * Where a tensor's bytes lie (ONNX, External Data). Throws `onnx-damaged` for a location that leaves the model's folder:
 * an absolute path, a drive, a URL or one with '..'.
 */
export function externalLocation(tensor: TensorProto): ExternalLocation {
  const entries = new Map((tensor.externalData ?? []).map(({ key, value }) => [key, value ?? '']))
  const location = (entries.get('location') ?? '').replaceAll('\\', '/')
  const unsafe = location === '' || location.startsWith('/') || /^[a-z]+:/i.test(location) || location.includes('\0') || location.split('/').includes('..')
  const offset = Number(entries.get('offset') ?? 0)
  const length = entries.has('length') ? Number(entries.get('length')) : null
  if (unsafe || !Number.isSafeInteger(offset) || offset < 0 || (length !== null && (!Number.isSafeInteger(length) || length < 0))) {
    throw new ReviewError('onnx-damaged', `The ONNX file refers to weights at '${location}', which is not a file in the model's folder. Export it again with its weights beside it.`)
  }
  return { location, offset, length }
}

/** The weights files that a model refers to, without repeats. */
export function externalFiles(model: ModelProto): string[] {
  const tensors = [...(model.graph ? graphTensors(model.graph) : []), ...(model.functions ?? []).flatMap(({ node }) => (node ?? []).flatMap(nodeTensors))]
  return [...new Set(tensors.filter(isExternal).map((tensor) => externalLocation(tensor).location))]
}

function graphTensors({ initializer, node }: GraphProto): TensorProto[] {
  return [...(initializer ?? []), ...(node ?? []).flatMap(nodeTensors)]
}

function nodeTensors(node: NodeProto): TensorProto[] {
  return (node.attribute ?? []).flatMap(({ t, tensors, g, graphs }) => [...(t ? [t] : []), ...(tensors ?? []), ...(g ? graphTensors(g) : []), ...(graphs ?? []).flatMap(graphTensors)])
}

/**
 * Brings the weights of other files into the model, as views, those of sub-graphs and functions too: ONNX Runtime, which is given the bytes
 * alone, would look for them in the folder that the process runs in. Without `read` a model that has such weights is refused.
 * Throws `onnx-missing-data`, naming the file, when it is absent or too short.
 */
export function embedExternalData(model: ModelProto, read?: ReadExternal): ModelProto {
  if (externalFiles(model).length === 0) return model
  const files = new Map<string, Uint8Array>()
  let total = 0
  const embed = (tensor: TensorProto): TensorProto => {
    if (!isExternal(tensor)) return tensor
    const { location, offset, length } = externalLocation(tensor)
    const bytes = files.get(location) ?? load(location, read)
    files.set(location, bytes)
    const end = length === null ? bytes.length : offset + length
    if (end > bytes.length) throw missing(location, `it has ${bytes.length} bytes, tensor '${tensor.name ?? ''}' ends at ${end}`)
    total += end - offset
    if (total > MAX_BYTES) throw new ReviewError('unsupported-model', 'The model has more than 2 GiB of weights. Export it in half precision.')
    const { externalData: _location, dataLocation: _where, ...rest } = tensor
    const embedded = { ...rest, rawData: bytes.subarray(offset, end) }
    checkStoredSize(embedded)
    return embedded
  }
  const embedAttribute = (attribute: AttributeProto): AttributeProto => {
    const { t, tensors, g, graphs } = attribute
    return { ...attribute, ...(t && { t: embed(t) }), ...(tensors && { tensors: tensors.map(embed) }), ...(g && { g: embedGraph(g) }), ...(graphs && { graphs: graphs.map(embedGraph) }) }
  }
  const embedNode = (node: NodeProto): NodeProto => (nodeTensors(node).some(isExternal) ? { ...node, attribute: node.attribute!.map(embedAttribute) } : node)
  const embedGraph = (graph: GraphProto): GraphProto => ({ ...graph, initializer: graph.initializer?.map(embed), node: graph.node?.map(embedNode) })
  const functions = model.functions?.map((body) => ((body.node ?? []).some((node) => nodeTensors(node).some(isExternal)) ? { ...body, node: body.node!.map(embedNode) } : body))
  return { ...model, graph: embedGraph(model.graph!), ...(functions && { functions }) }
}

function load(location: string, read: ReadExternal | undefined): Uint8Array {
  if (!read) throw missing(location, 'it was not handed over')
  try {
    return read(location)
  } catch (cause) {
    throw missing(location, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function missing(location: string, why: string, cause?: unknown): ReviewError {
  return new ReviewError('onnx-missing-data', `The model keeps its weights in '${location}', which cannot be used: ${why}. Put the file beside the model.`, { cause })
}
