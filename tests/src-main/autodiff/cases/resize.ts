import { float } from '../../../../src-main/onnx/attributes.ts'
import { constant, ints, single, x, type RuleCase } from '../rule-case.ts'

const scales = (h: number, w: number) => constant([1, 1, h, w], [4], 'float32')
const empty = constant([], [0], 'float32')
const resize = (about: string, mode: string, h: number, w: number, attributes = {}, opset = 13): RuleCase => single('Resize', opset, about, [x([2, 2, 4, 5]), empty, scales(h, w)], { mode, ...attributes })

export const resizeCases: RuleCase[] = [
  single('Upsample', 9, 'nearest', [x([2, 2, 3, 3]), scales(2, 2)], { mode: 'nearest' }),
  single('Upsample', 9, 'linear', [x([2, 2, 3, 3]), scales(2, 3)], { mode: 'linear' }),
  single('Resize', 10, 'opset 10, linear', [x([2, 2, 3, 3]), scales(2, 2)], { mode: 'linear' }),
  single('Resize', 10, 'opset 10, nearest', [x([2, 2, 4, 4]), scales(1.5, 2)], { mode: 'nearest' }),
  resize('nearest, asymmetric, floor (PyTorch)', 'nearest', 2, 2, { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }),
  resize('nearest, half pixel', 'nearest', 1.6, 2, {}),
  resize('nearest, round_prefer_ceil', 'nearest', 1.5, 1.5, { nearest_mode: 'round_prefer_ceil' }),
  resize('nearest, ceil', 'nearest', 1.5, 2, { nearest_mode: 'ceil', coordinate_transformation_mode: 'asymmetric' }),
  resize('tf_half_pixel_for_nn', 'nearest', 2, 2, { nearest_mode: 'floor', coordinate_transformation_mode: 'tf_half_pixel_for_nn' }, 11),
  resize('linear, half pixel', 'linear', 2, 2.2, {}),
  resize('linear, smaller', 'linear', 0.5, 0.6, { coordinate_transformation_mode: 'pytorch_half_pixel' }),
  resize('linear, align corners', 'linear', 2, 1.6, { coordinate_transformation_mode: 'align_corners' }),
  resize('cubic', 'cubic', 2, 1.6, { cubic_coeff_a: float(-0.75), coordinate_transformation_mode: 'pytorch_half_pixel' }),
  resize('cubic, outside excluded', 'cubic', 2, 2, { cubic_coeff_a: float(-0.5), exclude_outside: 1 }),
  single('Resize', 13, 'sizes instead of scales', [x([2, 2, 4, 5]), empty, empty, ints(2, 2, 7, 8)], { mode: 'linear' }, { fixedBatch: true }),
  single('Resize', 18, 'axes', [x([2, 2, 4, 5]), null, constant([2, 2], [2], 'float32')], { mode: 'linear', axes: [2, 3] }),
  single('Resize', 18, 'antialias, smaller', [x([2, 2, 6, 8]), null, scales(0.5, 0.5)], { mode: 'linear', antialias: 1 }),
  single('Resize', 19, 'half_pixel_symmetric', [x([2, 2, 4, 5]), null, scales(1.7, 1.7)], { mode: 'linear', coordinate_transformation_mode: 'half_pixel_symmetric' }),
]
