import { describe, expect, it } from 'vitest'
import { float } from '../../../src-main/onnx/attributes.ts'
import { encodeModel } from '../../../src-main/onnx/encode.ts'
import type { NodeProto } from '../../../src-main/onnx/proto.ts'
import { decodeModel } from '../../../src-main/onnx/decode.ts'
import { modelBytes, node, value } from '../../fixtures/onnx/build.ts'
import { analyseModel, instrument } from '../../../src-main/model/instrument.ts'
import { runProbe } from '../../fixtures/onnx/runtime.ts'
import { Network } from '../../fixtures/onnx/network.ts'
import { images, layerErrorAlongDirections, runInstrumented, SEED } from './instrumented.ts'

const CLASSES = 4
const ONE_HOT = [[0, 1, 0, 0], [0, 0, 0, 1]]
/** Central differences of a smooth tail in float32. */
const TOLERANCE = 5e-3

const photo = images([2, 3, 8, 8])

/** A CNN in PyTorch's words, up to its last activation. */
function convolutions(net: Network): string {
  const a = net.op('Relu', [net.conv('image', 3, 6)])
  const pooled = net.op('MaxPool', [a], { kernel_shape: [2, 2], strides: [2, 2] })
  return net.op('Relu', [net.conv(pooled, 6, 8)], {}, '/features/last/Relu_output_0')
}

function pooledHead(net: Network, features: string, channels = 8): string {
  return net.linear(net.op('Flatten', [net.op('GlobalAveragePool', [features])]), channels, CLASSES)
}

describe(`the words of exporters (seed ${SEED})`, () => {
  it('a small CNN: the last activation before the pool is the default layer', async () => {
    const net = new Network()
    const bytes = net.bytes(pooledHead(net, convolutions(net)))
    const run = await runInstrumented(bytes, photo, ONE_HOT)
    expect(run.layer).toMatchObject({ name: '/features/last/Relu_output_0', op: 'Relu', channels: 8, grid: [4, 4], kind: 'spatial', classTokens: 0 })
    expect(run.activation.dims).toEqual([2, 8, 4, 4])
    expect(run.gradient.dims).toEqual([2, 8, 4, 4])
    expect(await layerErrorAlongDirections(bytes, run, ONE_HOT)).toBeLessThan(TOLERANCE)
  })

  it('an earlier layer, through a max pool and a ReLU', async () => {
    const net = new Network()
    const bytes = net.bytes(pooledHead(net, convolutions(net)))
    const run = await runInstrumented(bytes, photo, ONE_HOT, { layers: [net.nodes[0].output![0]] })
    expect(await layerErrorAlongDirections(bytes, run, ONE_HOT, { step: 1e-3 })).toBeLessThan(0.02)
  })

  it.each(['Softmax', 'LogSoftmax', 'Sigmoid'])('a final %s: the logits before it are differentiated', async (activation) => {
    const net = new Network()
    const logits = pooledHead(net, convolutions(net))
    const bytes = net.bytes(net.op(activation, [logits]))
    const run = await runInstrumented(bytes, photo, ONE_HOT)
    expect(run.analysis).toMatchObject({ scoreTensor: logits, scoreIsBeforeActivation: activation === 'Sigmoid' ? 'sigmoid' : 'softmax' })
    expect(await layerErrorAlongDirections(bytes, run, ONE_HOT)).toBeLessThan(TOLERANCE)
  })

  it('a gate\'s sigmoid within the network is no final activation', async () => {
    const net = new Network()
    const features = convolutions(net)
    const gate = net.op('Sigmoid', [net.conv(net.op('GlobalAveragePool', [features]), 8, 8, 1)])
    const bytes = net.bytes(pooledHead(net, net.op('Mul', [features, gate])))
    const run = await runInstrumented(bytes, photo, ONE_HOT)
    expect(run.analysis.scoreIsBeforeActivation).toBeNull()
    expect(run.layer.op).toBe('Mul')
    expect(await layerErrorAlongDirections(bytes, run, ONE_HOT)).toBeLessThan(TOLERANCE)
  })

  it('Keras by tf2onnx: images channels last, a mean over rows and columns, MatMul and Add', async () => {
    const net = new Network(3)
    const first = net.op('Transpose', ['image'], { perm: [0, 3, 1, 2] })
    const conv = net.op('Conv', [first, net.weights([6, 3, 3, 3])], { auto_pad: 'SAME_UPPER', strides: [2, 2], kernel_shape: [3, 3], group: 1, dilations: [1, 1] })
    const normal = net.op('BatchNormalization', [conv, net.weights([6], 0.5, 1), net.weights([6]), net.weights([6]), net.weights([6], 0.5, 1)], { epsilon: float(1e-3) })
    const relu6 = net.op('Clip', [normal, net.constant([], [0]), net.constant([], [6])])
    const last = net.op('Transpose', [relu6], { perm: [0, 2, 3, 1] })
    const mean = net.op('ReduceMean', [last], { axes: [1, 2], keepdims: 0 })
    const bytes = net.bytes(net.op('Softmax', [net.project(mean, 6, CLASSES)]), ['unk__42', 8, 8, 3])
    const run = await runInstrumented(bytes, images([2, 8, 8, 3]), ONE_HOT)
    expect(run.analysis).toMatchObject({ inputLayout: 'NHWC', fixedBatch: null, scoreIsBeforeActivation: 'softmax' })
    expect(run.layer).toMatchObject({ op: 'Clip', channels: 6, grid: [4, 4], order: 'NCHW' })
    expect(await layerErrorAlongDirections(bytes, run, ONE_HOT)).toBeLessThan(TOLERANCE)
  })

  it('Keras MobileNet by tf2onnx: scaling on channels last, a padding that is not even, depthwise convolutions, GlobalAveragePool and Squeeze', async () => {
    const net = new Network(19)
    const scaled = net.op('Sub', [net.op('Mul', ['image', net.constant([], [2])]), net.constant([1, 1, 1, 3], [0.1, 0.2, 0.3])])
    const padded = net.op('Pad', [net.op('Transpose', [scaled], { perm: [0, 3, 1, 2] }), net.ints(0, 0, 0, 0, 0, 0, 1, 1)], { mode: 'constant' })
    const relu6 = (x: string) => net.op('Clip', [x, net.constant([], [0]), net.constant([], [6])])
    const first = relu6(net.op('Conv', [padded, net.weights([6, 3, 3, 3]), net.weights([6])], { auto_pad: 'VALID', strides: [2, 2], kernel_shape: [3, 3], group: 1, dilations: [1, 1] }))
    const depthwise = relu6(net.op('Conv', [first, net.weights([6, 1, 3, 3]), net.weights([6])], { auto_pad: 'SAME_UPPER', strides: [1, 1], kernel_shape: [3, 3], group: 6 }))
    const sum = net.op('Add', [first, net.conv(depthwise, 6, 6, 1)], {}, 'block_1_add')
    const pooled = net.op('Squeeze', [net.op('GlobalAveragePool', [sum]), net.ints(2, 3)])
    const bytes = net.bytes(net.op('Softmax', [net.project(pooled, 6, CLASSES)], { axis: -1 }), ['unk__7', 8, 8, 3])
    const run = await runInstrumented(bytes, images([2, 8, 8, 3]), ONE_HOT, { inputGradient: true })
    expect(run.layer).toMatchObject({ name: 'block_1_add', channels: 6, grid: [4, 4], order: 'NCHW' })
    expect(run.inputGradient!.dims).toEqual([2, 8, 8, 3])
    expect(await layerErrorAlongDirections(bytes, run, ONE_HOT)).toBeLessThan(TOLERANCE)
    const early = await runInstrumented(bytes, images([2, 8, 8, 3]), ONE_HOT, { layers: [net.nodes.find(({ opType }) => opType === 'Conv')!.output![0]] })
    expect(await layerErrorAlongDirections(bytes, early, ONE_HOT, { step: 1e-3 })).toBeLessThan(0.02)
  })

  it('Keras EfficientNet by tf2onnx: squeeze and excitation through Reshape to channels last and back', async () => {
    const net = new Network(20)
    const silu = (x: string) => net.op('Mul', [x, net.op('Sigmoid', [x])])
    const features = silu(net.conv(net.op('Transpose', ['image'], { perm: [0, 3, 1, 2] }), 3, 6))
    const squeezed = net.op('Reshape', [net.op('Squeeze', [net.op('GlobalAveragePool', [features]), net.ints(2, 3)]), net.ints(-1, 1, 1, 6)])
    const reduced = silu(net.conv(net.op('Transpose', [squeezed], { perm: [0, 3, 1, 2] }), 6, 2, 1))
    const excited = net.op('Mul', [features, net.op('Sigmoid', [net.conv(reduced, 2, 6, 1)])], {}, 'excited')
    const last = net.op('Transpose', [excited], { perm: [0, 2, 3, 1] })
    const bytes = net.bytes(net.project(net.op('ReduceMean', [last], { axes: [1, 2], keepdims: 0 }), 6, CLASSES), ['unk__9', 8, 8, 3])
    const run = await runInstrumented(bytes, images([2, 8, 8, 3]), ONE_HOT)
    expect(run.layer).toMatchObject({ name: 'excited', channels: 6, grid: [8, 8] })
    expect(await layerErrorAlongDirections(bytes, run, ONE_HOT)).toBeLessThan(TOLERANCE)
  })

  it.each([
    ['RotaryEmbedding', (net: Network, x: string) => net.op('RotaryEmbedding', [x, net.weights([2, 6, 2]), net.weights([2, 6, 2])]), 'there is no gradient rule for it'],
    ['Attention', (net: Network, x: string) => net.op('Attention', [x, x, x], { is_causal: 1 }), 'it is causal'],
  ] as const)('opset 23, a %s that is not differentiated: named, with its node and the nearest layer', async (op, build, reason) => {
    const net = new Network(21)
    const features = net.conv('image', 3, 6)
    const heads = net.op('Transpose', [net.op('Reshape', [features, net.ints(0, 6, 16, 4)])], { perm: [0, 2, 1, 3] })
    const odd = net.op('Reshape', [net.op('Transpose', [build(net, heads)], { perm: [0, 2, 1, 3] }), net.ints(0, 6, 8, 8)])
    const bytes = net.bytes(pooledHead(net, net.op('Relu', [net.conv(odd, 6, 6)], {}, 'after'), 6), ['N', 3, 8, 8], 23)
    await expect(runInstrumented(bytes, photo, ONE_HOT, { layers: [features] })).rejects.toMatchObject({ code: 'unsupported-op', message: expect.stringMatching(new RegExp(`'${op}' \\(node '.*${reason}.*nearest layer that a map can be had from is '`)) })
    expect((await runInstrumented(bytes, photo, ONE_HOT)).layer.name).toBe('after')
  })

  it('a layer that is channels last itself is handed out channels first', async () => {
    const net = new Network(4)
    const last = net.op('Transpose', [net.conv('image', 3, 6)], { perm: [0, 2, 3, 1] })
    const normal = net.op('LayerNormalization', [last, net.weights([6], 0.5, 1), net.weights([6])], { axis: -1 }, 'norm')
    const bytes = net.bytes(net.linear(net.op('ReduceMean', [normal], { axes: [1, 2], keepdims: 0 }), 6, CLASSES), ['N', 3, 8, 8], 17)
    const run = await runInstrumented(bytes, photo, ONE_HOT)
    expect(run.layer).toMatchObject({ name: 'norm', order: 'NHWC', channels: 6, grid: [8, 8] })
    expect(run.activation.dims).toEqual([2, 6, 8, 8])
    expect(await layerErrorAlongDirections(bytes, run, ONE_HOT)).toBeLessThan(TOLERANCE)
  })

  it('PyTorch\'s dynamo exporter: opset 18, axes as inputs, its own names', async () => {
    const net = new Network(5)
    const conv = net.op('Conv', ['image', net.weights([8, 3, 3, 3])], { group: 1, pads: [1, 1, 1, 1], auto_pad: 'NOTSET', strides: [1, 1], dilations: [1, 1] }, 'conv2d')
    const relu = net.op('Relu', [conv], {}, 'relu')
    const mean = net.op('ReduceMean', [relu, net.ints(-1, -2)], { keepdims: 1, noop_with_empty_axes: 0 }, 'mean')
    const view = net.op('Reshape', [mean, net.ints(0, -1)], { allowzero: 0 }, 'val_6')
    const bytes = net.bytes(net.op('Gemm', [view, net.weights([CLASSES, 8]), net.weights([CLASSES])], { beta: float(1), transB: 1, alpha: float(1), transA: 0 }, 'linear'), ['s0', 3, 8, 8], 18)
    const run = await runInstrumented(bytes, photo, ONE_HOT)
    expect(run.layer.name).toBe('relu')
    expect(await layerErrorAlongDirections(bytes, run, ONE_HOT)).toBeLessThan(TOLERANCE)
  })

  it.each([20, 21, 23])('a vision transformer in opset %d: fused LayerNormalization and Gelu, Split by num_outputs, a class token', async (opset) => {
    const net = new Network(16)
    const norm = (x: string, name: string) => net.op('LayerNormalization', [x, net.weights([8], 0.5, 1), net.weights([8])], { axis: -1, epsilon: float(1e-6) }, name)
    const patches = net.op('Conv', ['image', net.weights([8, 3, 2, 2]), net.weights([8])], { strides: [2, 2], kernel_shape: [2, 2] })
    const flat = net.op('Transpose', [net.op('Reshape', [patches, net.ints(0, 8, -1)], { allowzero: 0 })], { perm: [0, 2, 1] })
    const token = net.op('Expand', [net.weights([1, 1, 8]), net.op('Concat', [net.op('Shape', ['image'], { start: 0, end: 1 }), net.ints(1, 8)], { axis: 0 })])
    let x = net.op('Add', [net.op('Concat', [token, flat], { axis: 1 }), net.weights([1, 17, 8])])
    for (const block of [0, 1]) {
      net.nodes.push(node('Split', [net.project(norm(x, `norm_${block}`), 8, 24)], [`q${block}`, `k${block}`, `v${block}`], { axis: -1, num_outputs: 3 }))
      const heads = (name: string, perm: number[]) => net.op('Transpose', [net.op('Reshape', [name, net.ints(0, 17, 2, 4)])], { perm })
      const weights = net.op('Softmax', [net.op('Mul', [net.op('MatMul', [heads(`q${block}`, [0, 2, 1, 3]), heads(`k${block}`, [0, 2, 3, 1])]), net.constant([], [0.5])])], { axis: -1 })
      const read = net.op('Transpose', [net.op('MatMul', [weights, heads(`v${block}`, [0, 2, 1, 3])])], { perm: [0, 2, 1, 3] })
      x = net.op('Add', [x, net.project(net.op('Reshape', [read, net.ints(0, 17, 8)]), 8, 8)])
      x = net.op('Add', [x, net.project(net.op('Gelu', [net.project(norm(x, `norm_mlp_${block}`), 8, 16)], { approximate: block ? 'tanh' : 'none' }), 16, 8)])
    }
    const chosen = net.op('Gather', [norm(x, 'norm_end'), net.constant([], [0], 'int64')], { axis: 1 })
    const bytes = net.bytes(net.linear(chosen, 8, CLASSES), ['N', 3, 8, 8], opset)
    const run = await runInstrumented(bytes, photo, ONE_HOT)
    expect(run.layer).toMatchObject({ name: 'norm_1', kind: 'tokens', channels: 8, grid: [4, 4], classTokens: 1 })
    expect(run.gradient.dims).toEqual([2, 8, 4, 4])
    expect(await layerErrorAlongDirections(bytes, run, ONE_HOT)).toBeLessThan(TOLERANCE)
  })

  it('functions of the model are opened: an activation as pkg.onnxscript writes it', async () => {
    const net = new Network(6)
    const features = net.conv('image', 3, 6)
    const silu: NodeProto = { ...node('aten_silu', [features], ['silu'], { scale: float(1.5) }, 'silu_1'), domain: 'pkg.onnxscript.torch_lib' }
    net.nodes.push(silu)
    const plain = decodeModel(net.bytes(pooledHead(net, 'silu', 6)))
    const body = [node('Sigmoid', ['x'], ['s']), node('Mul', ['x', 's'], ['m']), { ...node('LeakyRelu', ['m'], ['out']), attribute: [{ name: 'alpha', refAttrName: 'scale', type: 1 }] }]
    const bytes = encodeModel({ ...plain, opsetImport: [...plain.opsetImport!, { domain: 'pkg.onnxscript.torch_lib', version: 1 }], functions: [{ name: 'aten_silu', domain: 'pkg.onnxscript.torch_lib', input: ['x'], output: ['out'], attribute: ['scale'], node: body, opsetImport: [{ domain: '', version: 13 }] }] })
    const run = await runInstrumented(bytes, photo, ONE_HOT)
    expect(run.layer).toMatchObject({ name: 'silu', op: 'LeakyRelu' })
    expect(await layerErrorAlongDirections(bytes, run, ONE_HOT)).toBeLessThan(TOLERANCE)
  })

  it('an If whose condition follows from shapes is opened, tensors that its branch captures included', async () => {
    const { net, bytes } = branching((inner) => inner.op('Equal', [inner.op('Size', [inner.op('Shape', ['features'])]), inner.constant([], [4], 'int64')]))
    const run = await runInstrumented(bytes, photo, ONE_HOT, { layers: ['features'] })
    expect(net.nodes.some(({ opType }) => opType === 'If')).toBe(true)
    expect(await layerErrorAlongDirections(bytes, run, ONE_HOT)).toBeLessThan(TOLERANCE)
  })

  it('an If that depends on the image is refused, with the nearest layer that can be had', async () => {
    const { bytes } = branching((net) => net.op('Greater', [net.op('ReduceMean', ['features'], { keepdims: 0 }), net.constant([], [0])]))
    await expect(runInstrumented(bytes, photo, ONE_HOT, { layers: ['features'] })).rejects.toMatchObject({ code: 'unsupported-graph', message: expect.stringContaining("nearest layer that a map can be had from is 'chosen'") })
  })

  it('half precision: activations and gradients come out as float32', async () => {
    const net = new Network(7, 'float16')
    const bytes = net.bytes(pooledHead(net, convolutions(net)))
    const half = await runInstrumented(bytes, images([2, 3, 8, 8], 'float16'), ONE_HOT)
    const net32 = new Network(7)
    const single = await runInstrumented(net32.bytes(pooledHead(net32, convolutions(net32))), photo, ONE_HOT)
    half.gradient.data.forEach((found, i) => expect(found).toBeCloseTo(single.gradient.data[i], 3))
  })

  it('half precision: a normalisation of large activations, whose squares half precision does not hold', async () => {
    const build = (type: 'float16' | 'float32') => {
      const net = new Network(17, type)
      const large = net.op('Mul', [net.conv('image', 3, 8), net.constant([], [300])])
      const normal = net.op('LayerNormalization', [net.op('Transpose', [large], { perm: [0, 2, 3, 1] }), net.weights([8], 0.5, 1), net.weights([8])], { axis: -1 })
      return net.bytes(pooledHead(net, net.op('Transpose', [normal], { perm: [0, 3, 1, 2] })), ['N', 3, 8, 8], 17)
    }
    const [half, single] = await Promise.all((['float16', 'float32'] as const).map((type) => runInstrumented(build(type), images([2, 3, 8, 8], type), ONE_HOT, { layers: ['Mul_1'] })))
    const greatest = Math.max(...single.gradient.data.map(Math.abs))
    half.gradient.data.forEach((found, i) => expect(Math.abs(found - single.gradient.data[i])).toBeLessThan(0.02 * greatest))
  })

  it('further outputs of an operator that are read as well are refused, not left out', async () => {
    const net = new Network(18)
    const features = net.conv('image', 3, 6)
    net.nodes.push(node('LayerNormalization', [features, net.weights([8], 0.5, 1)], ['normal', 'mean'], { axis: -1 }, 'norm_1'))
    const bytes = net.bytes(pooledHead(net, net.op('Add', ['normal', 'mean']), 6), ['N', 3, 8, 8], 17)
    await expect(runInstrumented(bytes, photo, ONE_HOT, { layers: [features] })).rejects.toMatchObject({ code: 'unsupported-op', message: expect.stringContaining('further outputs') })
  })

  it('a fixed batch: one image at a time', async () => {
    const net = new Network()
    const bytes = net.bytes(pooledHead(net, convolutions(net)), [1, 3, 8, 8])
    const run = await runInstrumented(bytes, images([1, 3, 8, 8]), [ONE_HOT[0]])
    expect(run.analysis.fixedBatch).toBe(1)
    expect(await layerErrorAlongDirections(bytes, run, [ONE_HOT[0]])).toBeLessThan(TOLERANCE)
  })

  it('a batch that the file leaves open and the graph does not', async () => {
    const net = new Network()
    const features = convolutions(net)
    const flat = net.op('Reshape', [net.op('GlobalAveragePool', [features]), net.ints(1, 8)])
    const run = await runInstrumented(net.bytes(net.linear(flat, 8, CLASSES)), images([1, 3, 8, 8]), [ONE_HOT[0]])
    expect(run.analysis.fixedBatch).toBe(1)
  })

  it('an image size that the file leaves open is asked for', async () => {
    const net = new Network()
    const bytes = net.bytes(pooledHead(net, convolutions(net)), ['N', 3, 'height', 'width'])
    const run = await runInstrumented(bytes, images([2, 3, 12, 16]), ONE_HOT, { inputSize: { height: 12, width: 16 } })
    expect(run.layer.grid).toEqual([6, 8])
  })

  it('a last convolution that makes the class map is stepped over (SqueezeNet)', async () => {
    const net = new Network(8)
    const features = convolutions(net)
    const map = net.op('Relu', [net.conv(features, 8, CLASSES, 1)])
    const bytes = net.bytes(net.op('Flatten', [net.op('GlobalAveragePool', [map])]))
    const run = await runInstrumented(bytes, photo, ONE_HOT)
    expect(run.layer.name).toBe(features)
    expect(await layerErrorAlongDirections(bytes, run, ONE_HOT)).toBeLessThan(TOLERANCE)
  })

  it('a score of shape [N, classes, 1, 1] is handed out as rows', async () => {
    const net = new Network(9)
    const bytes = net.bytes(net.conv(net.op('GlobalAveragePool', [convolutions(net)]), 8, CLASSES, 1))
    const run = await runInstrumented(bytes, photo, ONE_HOT)
    expect(run.scores.dims).toEqual([2, CLASSES])
    expect(await layerErrorAlongDirections(bytes, run, ONE_HOT)).toBeLessThan(TOLERANCE)
  })
})

/** features → If(condition) { Elu(features) · gain } else { −features } → head. */
function branching(condition: (net: Network) => string): { net: Network; bytes: Uint8Array } {
  const net = new Network(10)
  net.op('Conv', ['image', net.weights([6, 3, 3, 3])], { pads: [1, 1, 1, 1] }, 'features')
  const gain = net.weights([6, 1, 1], 0.5, 1)
  const branch = (nodes: NodeProto[], output: string) => ({ name: output, node: nodes, output: [value(output, 'float32', ['N', 6, 8, 8])] })
  const then = branch([node('Elu', ['features'], ['inner']), node('Mul', ['inner', gain], ['then_out'])], 'then_out')
  const otherwise = branch([node('Neg', ['features'], ['else_out'])], 'else_out')
  const test = condition(net)
  net.nodes.push({ opType: 'If', name: 'if_1', input: [test], output: ['chosen'], attribute: [{ name: 'then_branch', type: 5, g: then }, { name: 'else_branch', type: 5, g: otherwise }] })
  net.op('Tanh', [net.conv('chosen', 6, 6)], {}, 'after')
  return { net, bytes: net.bytes(pooledHead(net, 'after', 6)) }
}

describe('seeds', () => {
  const net = new Network(11)
  const bytes = net.bytes(pooledHead(net, convolutions(net)))

  it('each image has its own class, and no image changes another\'s gradient', async () => {
    const both = await runInstrumented(bytes, photo, ONE_HOT)
    const size = both.gradient.data.length / 2
    for (const n of [0, 1]) {
      const pixels = Array.from(photo.data).slice(n * 192, (n + 1) * 192)
      const alone = await runInstrumented(bytes, { ...photo, dims: [1, 3, 8, 8], data: pixels }, [ONE_HOT[n]])
      both.gradient.data.slice(n * size, (n + 1) * size).forEach((found, i) => expect(found).toBeCloseTo(alone.gradient.data[i], 6))
    }
  })

  it('one row serves all images', async () => {
    const one = await runInstrumented(bytes, photo, [ONE_HOT[0]])
    const two = await runInstrumented(bytes, photo, [ONE_HOT[0], ONE_HOT[0]])
    expect(one.gradient.data).toEqual(two.gradient.data)
  })

  it('+1 and −1 give the difference of two classes', async () => {
    const [a, b, difference] = await Promise.all([[1, 0, 0, 0], [0, 0, 1, 0], [1, 0, -1, 0]].map((row) => runInstrumented(bytes, photo, [row])))
    difference.gradient.data.forEach((found, i) => expect(found).toBeCloseTo(a.gradient.data[i] - b.gradient.data[i], 6))
  })

  it('a layer and the input at once: the same gradients as apart', async () => {
    const withInput = await runInstrumented(bytes, photo, ONE_HOT, { inputGradient: true })
    const without = await runInstrumented(bytes, photo, ONE_HOT)
    expect(withInput.gradient.data).toEqual(without.gradient.data)
    expect(withInput.inputGradient!.dims).toEqual([2, 3, 8, 8])
  })
})

describe('the instrumented file', () => {
  it('has the model\'s own nodes and weights unchanged, and differentiates the tail alone', async () => {
    const net = new Network(14)
    const bytes = net.bytes(pooledHead(net, convolutions(net)))
    const before = decodeModel(bytes).graph!
    const after = decodeModel((await instrument(bytes, { runProbe, layers: ['/features/last/Relu_output_0'] })).bytes).graph!
    const count = before.node!.length
    expect(after.node!.slice(0, count)).toEqual(before.node)
    expect(after.initializer!.slice(0, before.initializer!.length)).toEqual(before.initializer)
    const appended = after.node!.slice(count).map(({ opType }) => opType!)
    expect(appended.filter((op) => ['Conv', 'ConvTranspose', 'ArgMax', 'Where'].includes(op))).toEqual([])
    expect(after.input!.map(({ name }) => name)).toEqual(['image', 'right_reason/seed'])
  })

  it('names what it appends', async () => {
    const net = new Network(14)
    const { names } = await instrument(net.bytes(pooledHead(net, convolutions(net))), { runProbe, layers: ['/features/last/Relu_output_0'], inputGradient: true })
    expect(names.activations['/features/last/Relu_output_0']).toBe('/features/last/Relu_output_0')
    expect(names.gradients['/features/last/Relu_output_0']).toBe('right_reason/gradient//features/last/Relu_output_0')
    expect(names.inputGradient).toBe('right_reason/gradient/image')
  })

  it('an instrumented model that is opened as a classifier is refused for its second input', async () => {
    const net = new Network(15)
    const bytes = net.bytes(net.op('Softmax', [pooledHead(net, convolutions(net))]))
    const { bytes: instrumented } = await instrument(bytes, { runProbe, layers: ['/features/last/Relu_output_0'] })
    await expect(analyseModel(instrumented, { runProbe })).rejects.toMatchObject({ code: 'unsupported-model', message: expect.stringContaining('right_reason/seed') })
  })
})

describe('models that are refused', () => {
  const refusal = (bytes: Uint8Array) => runInstrumented(bytes, photo, ONE_HOT)

  it('two inputs', async () => {
    const bytes = modelBytes({ opset: 13, nodes: [node('Add', ['a', 'b'], ['y'])], inputs: [value('a', 'float32', ['N', 3, 8, 8]), value('b', 'float32', ['N', 3, 8, 8])], outputs: ['y'] })
    await expect(refusal(bytes)).rejects.toMatchObject({ code: 'unsupported-model', message: expect.stringContaining('2 inputs') })
  })

  it('operators older than opset 9', async () => {
    const net = new Network()
    await expect(refusal(net.bytes(pooledHead(net, convolutions(net)), ['N', 3, 8, 8], 8))).rejects.toMatchObject({ code: 'unsupported-graph', message: expect.stringContaining('version 8') })
  })

  it('no image', async () => {
    const net = new Network()
    await expect(refusal(net.bytes(net.linear('image', 6, 2), ['N', 6]))).rejects.toMatchObject({ code: 'unsupported-model' })
  })

  it('an output that is no list of scores', async () => {
    const net = new Network()
    await expect(refusal(net.bytes(net.conv('image', 3, 2)))).rejects.toMatchObject({ code: 'unsupported-model' })
  })

  it('an operator that ONNX Runtime does not know', async () => {
    const net = new Network()
    await expect(refusal(net.bytes(pooledHead(net, net.op('Quirk', ['image']))))).rejects.toMatchObject({ code: 'unsupported-model', message: expect.stringContaining('Quirk') })
  })

  it('a layer that is not there', async () => {
    const net = new Network()
    await expect(runInstrumented(net.bytes(pooledHead(net, convolutions(net))), photo, ONE_HOT, { layers: ['nowhere'] })).rejects.toMatchObject({ code: 'no-such-layer' })
  })

  it('an operator without a rule: the message has it, its node and the nearest layer', async () => {
    const net = new Network(12)
    const features = net.conv('image', 3, 6)
    const odd = net.op('Acos', [net.op('Tanh', [features])])
    const after = net.op('Relu', [net.conv(odd, 6, 6)], {}, 'after')
    const bytes = net.bytes(pooledHead(net, after, 6))
    await expect(runInstrumented(bytes, photo, ONE_HOT, { layers: [features] })).rejects.toMatchObject({
      code: 'unsupported-op', message: expect.stringMatching(/'Acos' \(node 'node_Acos_2'\).*nearest layer that a map can be had from is '/),
    })
    const run = await runInstrumented(bytes, photo, ONE_HOT)
    expect(run.analysis.operatorsWithoutGradient).toEqual([expect.objectContaining({ op: 'Acos', node: 'node_Acos_2', count: 1 })])
  })
})


describe('layers that are offered', () => {
  const offered = async (build: (net: Network, features: string) => string): Promise<string[]> => {
    const net = new Network(13)
    const features = net.conv('image', 3, 6)
    const end = build(net, features)
    const { analysis } = await runInstrumented(net.bytes(pooledHead(net, net.conv(end, 6, 6), 6)), photo, ONE_HOT)
    expect(analysis.layers.at(-1)!.op).toBe('Conv')
    return analysis.layers.slice(0, -1).map(({ op }) => op)
  }
  const scalar = (net: Network, number: number) => net.constant([], [number])

  it('SiLU, written out: its convolution and its end', async () => {
    expect(await offered((net, x) => net.op('Mul', [x, net.op('Sigmoid', [x])]))).toEqual(['Conv', 'Mul'])
  })

  it('Gelu by Erf: its convolution and its end', async () => {
    const layers = await offered((net, x) => {
      const erf = net.op('Erf', [net.op('Div', [x, scalar(net, Math.SQRT2)])])
      return net.op('Mul', [net.op('Mul', [x, net.op('Add', [erf, scalar(net, 1)])]), scalar(net, 0.5)])
    })
    expect(layers).toEqual(['Conv', 'Mul'])
  })

  it('HardSwish by Clip: its convolution and its end', async () => {
    const layers = await offered((net, x) => {
      const clipped = net.op('Clip', [net.op('Add', [x, scalar(net, 3)]), scalar(net, 0), scalar(net, 6)])
      return net.op('Div', [net.op('Mul', [x, clipped]), scalar(net, 6)])
    })
    expect(layers).toEqual(['Conv', 'Div'])
  })

  it('a residual block: convolutions, activations and the sum', async () => {
    const layers = await offered((net, x) => net.op('Relu', [net.op('Add', [x, net.conv(net.op('Relu', [net.conv(x, 6, 6)]), 6, 6)])]))
    expect(layers).toEqual(['Conv', 'Conv', 'Relu', 'Conv', 'Add', 'Relu'])
  })
})
