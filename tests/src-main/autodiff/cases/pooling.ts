import { single, x, type RuleCase } from '../rule-case.ts'

const max = (about: string, dims: number[], attributes: RuleCase['attributes'], opset = 13): RuleCase => single('MaxPool', opset, about, [x(dims, { spaced: true })], attributes)
const average = (about: string, dims: number[], attributes: RuleCase['attributes'], opset = 13): RuleCase => single('AveragePool', opset, about, [x(dims)], attributes)

export const poolingCases: RuleCase[] = [
  max('2×2, stride 2', [2, 2, 4, 4], { kernel_shape: [2, 2], strides: [2, 2] }),
  max('overlapping windows go to the same pixel (ResNet)', [2, 2, 6, 5], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
  max('ceil_mode (SqueezeNet, GoogLeNet)', [2, 1, 6, 6], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }),
  max('ceil_mode with padding', [2, 1, 6, 5], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1, pads: [1, 1, 1, 1] }),
  max('stride 1, padded (Inception)', [2, 2, 4, 4], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
  max('dilated', [2, 1, 7, 7], { kernel_shape: [2, 2], dilations: [2, 2], strides: [2, 2] }),
  max('auto_pad SAME_UPPER', [2, 1, 5, 6], { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' }),
  max('the last row is in no window', [2, 1, 5, 5], { kernel_shape: [2, 2], strides: [2, 2] }),
  max('opset 9', [2, 2, 4, 4], { kernel_shape: [2, 2], strides: [2, 2] }, 9),
  max('one dimension', [2, 2, 8], { kernel_shape: [3], strides: [2], pads: [1, 0] }),
  average('2×2, stride 2 (DenseNet)', [2, 2, 4, 4], { kernel_shape: [2, 2], strides: [2, 2] }),
  average('padding is not counted', [2, 2, 5, 5], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
  average('padding is counted (Inception)', [2, 2, 5, 5], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1 }),
  average('ceil_mode', [2, 1, 6, 6], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }, 19),
  average('ceil_mode, padding counted', [2, 1, 6, 6], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1, pads: [1, 1, 1, 1], count_include_pad: 1 }, 19),
  average('auto_pad SAME_UPPER', [2, 1, 5, 6], { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' }),
  average('opset 9', [2, 2, 4, 4], { kernel_shape: [2, 2], strides: [2, 2] }, 9),
  single('GlobalAveragePool', 13, 'an image', [x([2, 3, 3, 4])]),
  single('GlobalMaxPool', 13, 'an image', [x([2, 3, 3, 4], { spaced: true })]),
  single('GlobalLpPool', 13, 'p = 2', [x([2, 3, 2, 2])], { p: 2 }),
]
