import { single, weights, x, type RuleCase } from '../rule-case.ts'

const conv = (about: string, input: number[], kernel: number[], attributes = {}, opset = 13): RuleCase => single('Conv', opset, about, [x(input), weights(kernel), weights([kernel[0]])], attributes)
const transposed = (about: string, input: number[], kernel: number[], attributes = {}, opset = 13): RuleCase => single('ConvTranspose', opset, about, [x(input), weights(kernel)], attributes)

export const convolutionCases: RuleCase[] = [
  conv('1×1', [2, 3, 4, 4], [5, 3, 1, 1]),
  conv('3×3 padded', [2, 3, 5, 4], [2, 3, 3, 3], { pads: [1, 1, 1, 1] }),
  conv('no padding', [2, 2, 5, 5], [3, 2, 3, 3]),
  conv('asymmetric padding', [2, 2, 5, 5], [3, 2, 3, 3], { pads: [0, 1, 2, 0] }),
  conv('more padding than the kernel reaches', [2, 2, 3, 3], [2, 2, 1, 1], { pads: [1, 1, 1, 1] }),
  conv('an oblong kernel (Inception)', [2, 2, 5, 6], [3, 2, 1, 5], { pads: [0, 2, 0, 2] }),
  conv('dilated', [2, 2, 7, 7], [2, 2, 3, 3], { dilations: [2, 2], pads: [2, 2, 2, 2] }),
  conv('grouped', [2, 4, 4, 4], [6, 2, 3, 3], { group: 2, pads: [1, 1, 1, 1] }),
  conv('depthwise', [2, 3, 5, 5], [3, 1, 3, 3], { group: 3, pads: [1, 1, 1, 1] }),
  conv('stride 2, even size', [2, 2, 6, 6], [3, 2, 3, 3], { strides: [2, 2], pads: [1, 1, 1, 1] }),
  conv('stride 2, odd size', [2, 2, 7, 5], [3, 2, 3, 3], { strides: [2, 2], pads: [1, 1, 1, 1] }),
  conv('stride 2 without padding: the last row is in no window', [2, 2, 6, 6], [3, 2, 3, 3], { strides: [2, 2] }),
  conv('a patch embedding: stride as wide as the kernel', [2, 3, 8, 8], [4, 3, 4, 4], { strides: [4, 4] }),
  conv('1×1 with stride 2 (ResNet)', [2, 3, 5, 6], [4, 3, 1, 1], { strides: [2, 2] }),
  conv('stride 2, depthwise', [2, 3, 6, 6], [3, 1, 3, 3], { group: 3, strides: [2, 2], pads: [1, 1, 1, 1] }),
  conv('stride 2, grouped', [2, 4, 6, 6], [4, 2, 3, 3], { group: 2, strides: [2, 2], pads: [1, 1, 1, 1] }),
  conv('stride 2, depthwise with two filters a channel', [2, 3, 6, 7], [6, 1, 3, 3], { group: 3, strides: [2, 2], pads: [1, 1, 1, 1] }),
  conv('stride 3 and dilation', [2, 1, 9, 8], [2, 1, 2, 2], { strides: [3, 2], dilations: [2, 2] }),
  conv('auto_pad SAME_UPPER, stride 2 (Keras)', [2, 2, 6, 6], [3, 2, 3, 3], { auto_pad: 'SAME_UPPER', strides: [2, 2] }),
  conv('auto_pad SAME_LOWER', [2, 2, 5, 6], [3, 2, 2, 4], { auto_pad: 'SAME_LOWER' }),
  conv('auto_pad VALID', [2, 2, 6, 6], [3, 2, 3, 3], { auto_pad: 'VALID', strides: [2, 2] }),
  conv('one dimension', [2, 2, 9], [3, 2, 3], { pads: [1, 1], strides: [2] }),
  conv('opset 9', [2, 2, 5, 5], [3, 2, 3, 3], { pads: [1, 1, 1, 1], kernel_shape: [3, 3] }, 9),
  transposed('stride 2', [2, 2, 3, 3], [2, 3, 4, 4], { strides: [2, 2], pads: [1, 1, 1, 1] }),
  transposed('stride 2 with output padding', [2, 2, 3, 3], [2, 3, 3, 3], { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] }),
  transposed('grouped, asymmetric padding', [2, 4, 3, 3], [4, 2, 3, 3], { strides: [2, 2], group: 2, pads: [1, 0, 0, 1] }),
  transposed('dilated', [2, 2, 3, 3], [2, 1, 2, 2], { dilations: [2, 2] }),
  transposed('more output padding than the kernel covers', [2, 2, 2, 2], [2, 1, 1, 1], { strides: [2, 2], output_padding: [1, 1] }),
  transposed('auto_pad SAME_UPPER', [2, 2, 3, 3], [2, 2, 3, 3], { strides: [2, 2], auto_pad: 'SAME_UPPER' }),
  transposed('auto_pad VALID', [2, 2, 3, 3], [2, 2, 3, 3], { strides: [2, 2], auto_pad: 'VALID' }),
  transposed('opset 9', [2, 2, 3, 3], [2, 3, 2, 2], { strides: [2, 2] }, 9),
]
