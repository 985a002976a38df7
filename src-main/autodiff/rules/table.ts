import type { GradientRules } from '../rule.ts'
import { attention } from './attention.ts'
import { convolution } from './convolution.ts'
import { elementwise } from './elementwise.ts'
import { linear } from './linear.ts'
import { movement } from './movement.ts'
import { withoutGradient } from './no-gradient.ts'
import { normalisation } from './normalisation.ts'
import { pooling } from './pooling.ts'
import { reductions } from './reduction.ts'
import { resize } from './resize.ts'

/** Every operator of the standard that has a rule, has no gradient, or is refused with a reason. One file a family. */
export const gradientRules: GradientRules = {
  ...elementwise,
  ...linear,
  ...attention,
  ...convolution,
  ...pooling,
  ...reductions,
  ...movement,
  ...resize,
  ...normalisation,
  ...withoutGradient,
}
