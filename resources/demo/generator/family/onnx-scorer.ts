import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Profile } from '../../../../src-main/contract/profile.ts'
import { preprocess } from '../../../../src-main/model/preprocess.ts'
import { RuntimeSession } from '../../../../src-main/model/runtime.ts'
import type { Planted } from '../cues/planted.ts'
import { modelFile } from './members.ts'
import type { FamilyModel } from './test-set.ts'

/** resources/demo, seen from here */
const DEMO = new URL('../../', import.meta.url)

/** A member's model, run on the CPU as the program would run it. */
export async function openMember(planted: Planted): Promise<FamilyModel> {
  const file = modelFile(planted)
  const bytes = await readFile(new URL(file, DEMO))
  const profile = Profile.parse(JSON.parse(await readFile(new URL('demo-cnn.profile.json', DEMO), 'utf8')))
  const session = await RuntimeSession.create(bytes, { provider: 'cpu', threads: 1 })
  return {
    file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    score: async (frame) => {
      const { data, channels, height, width } = preprocess(frame, profile)
      const { logits } = await session.run({ image: { data, dims: [1, channels, height, width] } }, ['logits'])
      return Array.from(logits.data as Float32Array)
    },
  }
}
