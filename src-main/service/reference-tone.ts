import { typicalCurve } from '../causal/exposure.ts'
import type { Reference } from '../causal/operations/types.ts'
import { shuffled } from '../evidence/cells.ts'
import { orderedIds } from '../project/worklist.ts'
import type { Project } from '../project/project.ts'
import { storedTones } from '../project/zones.ts'
import { uniform } from '../tensor/random.ts'
import type { Context } from './context.ts'
import { modelOf } from './model-session.ts'
import { lookAtCase } from './zones-of-case.ts'

/** cases that tell what is usual */
const SAMPLE = 64
const SEED = 1

/** the usual image, and how dark and bright those get that still occur often */
const PERCENTS = { usual: 50, darker: 20, brighter: 80 }

/** What the project's images are like, from a seeded draw of its readable cases. null: none could be read. */
export async function referenceTone(context: Context, project: Project, signal: AbortSignal, onProgress?: (done: number, total: number) => void): Promise<Reference | null> {
  const { profile } = modelOf(context)
  const ready = orderedIds(project, { text: '', conditions: [{ column: 'status', op: 'is', value: 'ready' }], sampleId: null }, null)
  const drawn = Array.from(shuffled(ready.length, uniform(SEED)).subarray(0, SAMPLE), (place) => ready[place])
  const known = storedTones(project, drawn)
  const missing = drawn.filter((caseId) => !known.has(caseId))
  for (const [done, caseId] of missing.entries()) {
    onProgress?.(done, missing.length)
    // a case that cannot be read tells nothing, and is told of when its own turn comes
    const looked = await lookAtCase(context, project, caseId, profile, signal).catch((thrown: unknown) => {
      if (signal.aborted) throw thrown
      return null
    })
    if (looked?.tone) known.set(caseId, looked.tone)
  }
  const tones = [...known.values()]
  if (tones.length === 0) return null
  return { usual: typicalCurve(tones, PERCENTS.usual), darker: typicalCurve(tones, PERCENTS.darker), brighter: typicalCurve(tones, PERCENTS.brighter) }
}
