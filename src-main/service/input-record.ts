import { randomUUID } from 'node:crypto'

import type { Profile } from '../contract/profile.ts'
import type { InputRecord } from '../contract/records.ts'
import type { ModelInputRecord } from '../compute/types.ts'
import { extent } from '../tensor/statistics.ts'
import type { Context } from './context.ts'

/** tensors kept for a page that was told of them: 150,528 values each for an image of 224×224 in three channels */
const INPUTS_KEPT = 8

/** A tensor that a page may fetch by the record's address, until others have taken its place. */
export function inputRecord({ inputs }: Context, caseId: number, { data, channels, width, height, affine }: ModelInputRecord, profile: Profile): InputRecord {
  const name = randomUUID()
  inputs.set(name, data)
  for (const old of [...inputs.keys()].slice(0, -INPUTS_KEPT)) inputs.delete(old)
  return { caseId, width, height, channels, layout: profile.input.layout, affine, ...extent(data), url: `bytes/input/${name}` }
}
