import type { RuleCase } from '../rule-case.ts'
import { attentionCases } from './attention.ts'
import { convolutionCases } from './convolution.ts'
import { elementwiseCases } from './elementwise.ts'
import { linearCases } from './linear.ts'
import { movementCases } from './movement.ts'
import { normalisationCases } from './normalisation.ts'
import { poolingCases } from './pooling.ts'
import { reductionCases } from './reduction.ts'
import { resizeCases } from './resize.ts'

export const allCases: readonly RuleCase[] = [
  ...elementwiseCases, ...linearCases, ...attentionCases, ...convolutionCases, ...poolingCases, ...reductionCases, ...movementCases, ...normalisationCases, ...resizeCases,
]
