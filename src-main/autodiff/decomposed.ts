import { dependenciesOf, type Graph } from '../onnx/graph.ts'
import type { NodeProto } from '../onnx/proto.ts'
import { elementCount } from '../onnx/tensors.ts'
import type { TensorFacts } from './probe.ts'

/** Functions that exporters use as one factor of an activation: x·σ(x), x·Φ(x), x·tanh(softplus(x)). */
const FACTORS = new Set(['Erf', 'Sigmoid', 'HardSigmoid', 'Tanh', 'Softplus'])
const ARITHMETIC = new Set(['Add', 'Sub', 'Mul', 'Div', 'Pow'])
const CHAIN = new Set([...FACTORS, ...ARITHMETIC, 'Clip', 'Sqrt', 'ReduceMean', 'Min', 'Max'])

/**
 * True for a node that is a step of an activation or a normalisation which its exporter wrote out (Gelu by Erf, SiLU by Sigmoid,
 * HardSwish by Clip, LayerNormalization by means): its output is no layer that a person would look for, the end of the chain is.
 */
export function isStepOfDecomposition(graph: Graph, facts: TensorFacts, node: NodeProto): boolean {
  const op = node.opType!
  const readers = graph.consumersOf(node.output![0])
  if (readers.length === 0 || graph.outputNames.includes(node.output![0]) || !readers.every((reader) => CHAIN.has(reader.opType!))) return false
  if (FACTORS.has(op)) return readers.some((reader) => ARITHMETIC.has(reader.opType!))
  if (op === 'Clip') return readers.every((reader) => reader.opType === 'Mul' || reader.opType === 'Div')
  if (!ARITHMETIC.has(op)) return false
  const made = dependenciesOf(node).map((name) => graph.producerOf(name)?.opType)
  if (op === 'Sub' && made.includes('ReduceMean')) return true
  if (op === 'Div' && made.includes('Sqrt')) return true
  if (op === 'Mul' && isScaleOfNormalised(graph, node)) return readers.every((reader) => reader.opType === 'Add')
  const scaled = (reader: NodeProto): boolean => (reader.opType === 'Mul' || reader.opType === 'Div') && hasScalarOperand(facts, reader)
  return hasScalarOperand(facts, node) || (op === 'Mul' && readers.every(scaled))
}

/** γ · ((x − mean) / √(variance + ε)). */
function isScaleOfNormalised(graph: Graph, node: NodeProto): boolean {
  return dependenciesOf(node).some((name) => {
    const division = graph.producerOf(name)
    return division?.opType === 'Div' && dependenciesOf(division).some((operand) => graph.producerOf(operand)?.opType === 'Sqrt')
  })
}

function hasScalarOperand(facts: TensorFacts, node: NodeProto): boolean {
  return dependenciesOf(node).some((name) => {
    const constant = facts.constant(name)
    return constant !== null && elementCount(constant.dims) === 1
  })
}
