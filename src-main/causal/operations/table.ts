import type { OperationId, OperationInfo } from '../../contract/causal.ts'
import { mirror, move, paste } from './elsewhere.ts'
import { crop, rotation, shift } from './geometry.ts'
import { contrast, exposure, gain, gamma } from './grey.ts'
import { blur, erase, level, mean, noise } from './in-place.ts'
import type { Operation } from './types.ts'

/** Every operation, in the order in which the window offers them. */
export const OPERATIONS: readonly Operation[] = [erase, level, blur, mean, noise, move, mirror, paste, crop, gain, gamma, contrast, exposure, shift, rotation]

export const OPERATION_INFOS: readonly OperationInfo[] = OPERATIONS.map(({ id, name, about, needsRegion, needsDonor, control, parameters }) => ({ id, name, about, needsRegion, needsDonor, control, parameters }))

export function operationOf(id: OperationId): Operation {
  return OPERATIONS.find((row) => row.id === id)!
}
