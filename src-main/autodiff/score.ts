import { ReviewError } from '../contract/errors.ts'
import { isStandardDomain, type Graph } from '../onnx/graph.ts'
import { elementCount } from '../onnx/tensors.ts'
import { isDifferentiable, type TensorFacts } from './probe.ts'
import { formatShape, isStatic, sameDim } from './shapes.ts'

export interface Score {
  /** The output of the model that holds the classes. */
  readonly output: string
  /** The tensor that is differentiated: the logits. */
  readonly tensor: string
  readonly before: 'softmax' | 'sigmoid' | null
  readonly classes: number
}

const ACTIVATIONS: Readonly<Record<string, 'softmax' | 'sigmoid'>> = { Softmax: 'softmax', LogSoftmax: 'softmax', Sigmoid: 'sigmoid' }

/** ImageNet's full list has 21,842; beyond this an output is no list of classes. */
const MOST_CLASSES = 1_000_000

/** Operators that hand their first input on as it is. */
const HANDED_ON = new Set(['Identity', 'Cast', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Dropout', 'Transpose'])

/** What may stand behind a probability without making it another score: calibration by thresholds and the like. */
const AFTERWARDS = new Set([...HANDED_ON, 'Add', 'Sub', 'Mul', 'Div', 'Where', 'Clip', 'Min', 'Max', 'Pow', 'Log', 'Exp', 'Neg', 'Concat', 'Slice', 'Gather', 'Expand', 'ScatterND', 'ScatterElements', 'GatherND'])

/** The number of classes if a tensor is [N, classes] but for dimensions of 1; null if it is no list of scores. */
function classesOf(facts: TensorFacts, name: string): number | null {
  const shape = facts.shapeOf(name)
  if (!shape || shape.length === 0 || !isDifferentiable(facts, name)) return null
  const [batch, ...rest] = shape
  const isBatch = facts.fixedBatch === null ? sameDim(batch, { perSample: 1, fixed: 0 }) : batch === facts.fixedBatch
  const sizes = rest.filter(isStatic)
  if (!isBatch || sizes.length !== rest.length || sizes.filter((size) => size > 1).length > 1) return null
  return elementCount(sizes)
}

/**
 * Finds the logits: the chosen output (else the first that is a list of scores), and behind it the tensor before a final
 * Softmax or Sigmoid.
 * Throws `unsupported-model` if no output is a list of scores, `bad-parameter` if the named one does not exist.
 */
export function findScore(graph: Graph, facts: TensorFacts, wanted?: string): Score {
  const outputs = graph.outputNames
  if (wanted !== undefined && !outputs.includes(wanted)) {
    throw new ReviewError('bad-parameter', `The model has no output '${wanted}'. Choose one of: ${outputs.join(', ')}.`)
  }
  const output = wanted ?? outputs.find((name) => classesOf(facts, name) !== null)
  const classes = output === undefined ? null : classesOf(facts, output)
  if (output === undefined || classes === null) {
    const found = outputs.map((name) => `'${name}' ${formatShape(facts.shapeOf(name) ?? [])}`).join(', ')
    throw new ReviewError('unsupported-model', `The model is no image classifier: no output holds one row of scores for each image (found ${found}).`)
  }
  if (classes > MOST_CLASSES) throw new ReviewError('unsupported-model', `The model's output '${output}' has ${classes} numbers for each image; classifiers of at most ${MOST_CLASSES} classes are read.`)
  const found = directActivation(graph, output) ?? distantActivation(graph, facts, output, classes)
  return { output, classes, tensor: found?.tensor ?? output, before: found?.before ?? null }
}

/** The final activation where nothing but reshaping stands between it and the output. */
function directActivation(graph: Graph, output: string): { tensor: string; before: 'softmax' | 'sigmoid' } | null {
  let node = graph.producerOf(output)
  while (node && isStandardDomain(node) && HANDED_ON.has(node.opType!)) node = graph.producerOf(node.input![0])
  const before = node && ACTIVATIONS[node.opType!]
  return node && before ? { tensor: node.input![0], before } : null
}

/** A Sigmoid or Softmax over the classes that every way to the output leads through, with nothing but arithmetic behind it. */
function distantActivation(graph: Graph, facts: TensorFacts, output: string, classes: number): { tensor: string; before: 'softmax' | 'sigmoid' } | null {
  const [input] = graph.inputNames
  for (const node of [...graph.nodes].reverse()) {
    const before = ACTIVATIONS[node.opType!]
    if (!before || classesOf(facts, node.output![0]) !== classes) continue
    const behind = graph.descendants([node.output![0]])
    if (!behind.has(output)) continue
    const onTheWay = graph.ancestors([output])
    const plain = graph.nodes.every((other) => other === node || !(other.output ?? []).some((name) => behind.has(name) && onTheWay.has(name) && isDifferentiable(facts, name)) || AFTERWARDS.has(other.opType!))
    if (plain && dominates(graph, input, node.output![0], output)) return { tensor: node.input![0], before }
  }
  return null
}

/** True if every way from `from` to `to` leads through `through`. */
export function dominates(graph: Graph, from: string, through: string, to: string): boolean {
  const seen = new Set([from])
  const open = [from]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === through) continue
    if (name === to) return false
    for (const node of graph.consumersOf(name)) {
      // Shapes alone carry no content.
      if (node.opType === 'Shape' || node.opType === 'Size') continue
      for (const next of node.output ?? []) {
        if (next === '' || seen.has(next)) continue
        seen.add(next)
        open.push(next)
      }
    }
  }
  return true
}
