import { differentiate, prune } from '../../../src-main/autodiff/differentiate.ts'
import { GraphBuilder } from '../../../src-main/autodiff/emitter.ts'
import { learnFacts, type TensorFacts } from '../../../src-main/autodiff/probe.ts'
import { isFloat } from '../../../src-main/onnx/element-types.ts'
import { Graph } from '../../../src-main/onnx/graph.ts'
import type { ModelProto } from '../../../src-main/onnx/proto.ts'
import { elementCount, makeTensor } from '../../../src-main/onnx/tensors.ts'
import { encodeModel } from '../../../src-main/onnx/encode.ts'
import { makeModel, node, value } from '../../fixtures/onnx/build.ts'
import { randomNumbers } from '../../fixtures/onnx/random.ts'
import { openSession, runProbe, type Feed } from '../../fixtures/onnx/runtime.ts'
import type { Operand, RuleCase } from './rule-case.ts'

/** Step and tolerance: truncation (step²) and rounding (machine epsilon / step) in balance. */
const PRECISION = {
  float64: { step: 1e-5, tolerance: 2e-8 },
  float32: { step: 1e-2, tolerance: 2e-3 },
} as const

export const SEED = 20261123

export interface Comparison { readonly operand: number; readonly largestError: number; readonly largestGradient: number; readonly tolerance: number }

function draw(operand: Operand, next: () => number, step: number): number[] {
  const count = elementCount(operand.dims)
  if (operand.data) return [...operand.data]
  if (operand.spaced) {
    const order = Array.from({ length: count }, (_, i) => i).map((i) => [next(), i]).sort(([a], [b]) => a - b).map(([, i]) => i)
    return order.map((rank) => (rank - count / 2) * 8 * step + 2 * step)
  }
  const { low = -1.5, high = 1.5, away = [] } = operand
  return Array.from({ length: count }, () => {
    let drawn = low + next() * (high - low)
    while (away.some((kink) => Math.abs(drawn - kink) < 4 * step)) drawn = low + next() * (high - low)
    return drawn
  })
}

/**
 * The gradient of Σ seed·y against central differences, element by element, for every variable operand of a case.
 * `dynamic` leaves the batch (the first operand's first dimension) open, as exporters do.
 */
export async function compareWithDifferences(test: RuleCase, dynamic: boolean): Promise<Comparison[]> {
  const { step, tolerance } = PRECISION[test.precision]
  const next = randomNumbers(SEED)
  const names = test.operands.map((operand, i) => (operand ? `operand_${i}` : ''))
  const variables = test.operands.flatMap((operand, i) => (operand?.variable ? [i] : []))
  const values = new Map(test.operands.flatMap((operand, i) => (operand ? [[names[i], draw(operand, next, step)]] : [])))
  const typeOf = (operand: Operand) => operand.type ?? test.precision
  const outputs = Array.from({ length: test.outputs ?? 1 }, (_, i) => `y_${i}`)
  const seeded = (test.seeded ?? [0]).map((i) => outputs[i])
  const model = makeModel({
    opset: test.opset,
    nodes: [node(test.op, names, outputs, test.attributes), node('Identity', [seeded[0]], ['score'])],
    inputs: variables.map((i, at) => value(names[i], typeOf(test.operands[i]!), test.operands[i]!.dims.map((dim, axis) => (dynamic && at === 0 && axis === 0 ? 'N' : dim)))),
    outputs: seeded,
    initializers: test.operands.flatMap((operand, i) => (operand && !operand.variable ? [makeTensor(names[i], typeOf(operand), operand.dims, values.get(names[i])!)] : [])),
  })
  const first = test.operands[variables[0]]!
  const { facts } = await learnFacts(model, dynamic ? null : first.dims[0], first.dims.slice(1), runProbe)
  const { bytes, gradients, seeds } = gradientModel(model, test, facts, seeded, variables.map((i) => names[i]))
  const session = await openSession(bytes)
  const feeds = (at: ReadonlyMap<string, readonly number[]>): Record<string, Feed> => Object.fromEntries([
    ...variables.map((i): [string, Feed] => [names[i], { type: typeOf(test.operands[i]!) as Feed['type'], dims: test.operands[i]!.dims, data: at.get(names[i])! }]),
    ...seeds.map(({ name, dims, data }): [string, Feed] => [name, { type: test.precision, dims, data }]),
  ])
  const scalar = async (at: ReadonlyMap<string, readonly number[]>): Promise<number> => {
    const out = await session.run(feeds(at))
    return seeded.reduce((sum, name, i) => sum + out[name].data.reduce((total, y, k) => total + y * seeds[i].data[k], 0), 0)
  }
  const analytic = await session.run(feeds(values))
  const comparisons: Comparison[] = []
  for (const i of variables) {
    const found = analytic[gradients.get(names[i])!]
    if (found.dims.join() !== test.operands[i]!.dims.join()) throw new Error(`gradient of operand ${i} has shape [${found.dims}] instead of [${test.operands[i]!.dims}]`)
    const [largestError, largestGradient] = await againstSteps(values, names[i], found.data, step, scalar)
    comparisons.push({ operand: i, largestError, largestGradient, tolerance: tolerance * Math.max(1, largestGradient) })
  }
  await session.release()
  return comparisons
}

async function againstSteps(values: ReadonlyMap<string, readonly number[]>, name: string, gradient: Float64Array, step: number, scalar: (at: ReadonlyMap<string, readonly number[]>) => Promise<number>): Promise<[number, number]> {
  const start = values.get(name)!
  let largestError = 0
  let largestGradient = 0
  for (let k = 0; k < start.length; k++) {
    const up = await scalar(new Map([...values, [name, start.with(k, start[k] + step)]]))
    const down = await scalar(new Map([...values, [name, start.with(k, start[k] - step)]]))
    const slope = (up - down) / (2 * step)
    const error = Math.abs(slope - gradient[k])
    largestError = Number.isNaN(error) ? Infinity : Math.max(largestError, error)
    largestGradient = Math.max(largestGradient, Math.abs(slope))
  }
  return [largestError, largestGradient]
}

interface GradientModel {
  readonly bytes: Uint8Array
  readonly gradients: ReadonlyMap<string, string>
  readonly seeds: readonly { readonly name: string; readonly dims: number[]; readonly data: number[] }[]
}

/** The model with its gradients appended; one seed input for each seeded output, their scores summed by the walker. */
function gradientModel(model: ModelProto, test: RuleCase, facts: TensorFacts, seeded: readonly string[], targets: readonly string[]): GradientModel {
  const next = randomNumbers(SEED + 1)
  const builder = new GraphBuilder()
  const seeds = seeded.map((output, i) => {
    const dims = facts.shapeOf(output)!.map((dim) => (typeof dim === 'number' ? dim : dim.perSample * 2 + dim.fixed))
    return { name: `seed_${i}`, dims, data: Array.from({ length: elementCount(dims) }, () => next() * 2 - 1) }
  })
  // Σ seed·y over all seeded outputs is one score: products and their sum are nodes like any other.
  const graph = new Graph(model.graph!)
  const sums = seeded.map((output, i) => differentiate({ graph, facts, opset: test.opset, score: output, seed: seeds[i].name, targets, builder }))
  const gradients = new Map(targets.map((target) => [target, sums.map((sum) => sum.get(target)!).reduce((a, b) => builder.node('Add', [a, b]))]))
  const added = prune(builder, [...gradients.values()])
  const bytes = encodeModel({
    ...model,
    graph: {
      ...model.graph,
      node: [...model.graph!.node!, ...added.nodes],
      initializer: [...model.graph!.initializer!, ...added.initializers],
      input: [...model.graph!.input!, ...seeds.map(({ name, dims }) => value(name, test.precision, dims))],
      output: [...model.graph!.output!, ...[...gradients.values()].map((name) => ({ name }))],
    },
  })
  return { bytes, gradients, seeds }
}

export function hasFloatVariable(test: RuleCase): boolean {
  return test.operands.some((operand) => operand?.variable && isFloat(operand.type ?? test.precision))
}
