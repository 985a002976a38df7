import { noGradient, refused, type GradientRules } from '../rule.ts'

const QUANTISED = 'the model is quantised, and rounding has no gradient; choose the float model that it was made from'
const RECURRENT = 'recurrent operators are not differentiated; choose a layer behind it'

/** Comparisons, shapes and indices, which carry no gradient; and operators that are refused, with the reason. */
export const withoutGradient: GradientRules = {
  Shape: noGradient,
  Size: noGradient,
  Constant: noGradient,
  ConstantOfShape: noGradient,
  EyeLike: noGradient,
  Range: noGradient,
  OneHot: noGradient,
  NonZero: noGradient,
  ArgMax: noGradient,
  ArgMin: noGradient,
  Equal: noGradient,
  Less: noGradient,
  LessOrEqual: noGradient,
  Greater: noGradient,
  GreaterOrEqual: noGradient,
  Not: noGradient,
  And: noGradient,
  Or: noGradient,
  Xor: noGradient,
  IsNaN: noGradient,
  IsInf: noGradient,

  QuantizeLinear: refused(QUANTISED),
  DequantizeLinear: refused(QUANTISED),
  DynamicQuantizeLinear: refused(QUANTISED),
  QLinearConv: refused(QUANTISED),
  QLinearMatMul: refused(QUANTISED),
  ConvInteger: refused(QUANTISED),
  MatMulInteger: refused(QUANTISED),
  LSTM: refused(RECURRENT),
  GRU: refused(RECURRENT),
  RNN: refused(RECURRENT),
  ReverseSequence: refused(RECURRENT),
  NonMaxSuppression: refused('it chooses boxes, which has no gradient; choose a score output that comes before it'),
  RoiAlign: refused('region operators belong to detectors, not to classifiers'),
  MaxRoiPool: refused('region operators belong to detectors, not to classifiers'),
  ReduceProd: refused('a product\'s gradient divides by its elements, which may be zero'),
  Det: refused('determinants do not occur in classifiers'),
  Hardmax: refused('it chooses one element, which has no gradient'),
}
