import type { AnalyzeResult } from '../compute/types.ts'
import { storeAttribution } from '../project/attributions.ts'
import type { AttributionKind } from '../project/attributions.ts'
import { storeFeatures } from '../project/features.ts'
import type { Project } from '../project/project.ts'
import { storeProblem, storeScores } from '../project/scores.ts'
import { toStore } from './attribution-kind.ts'

/** Stores what a run gave of some cases in one transaction; `kinds` are those asked for, in their order. Returns the row of the last map. */
export function storeResults(project: Project, modelId: number, version: string, results: readonly AnalyzeResult[], kinds: readonly AttributionKind[]): number | null {
  let last: number | null = null
  project.database.transaction(() => {
    for (const result of results) {
      if (result.state === 'failed') {
        storeProblem(project, modelId, result.key, result.error, result.crashes)
        continue
      }
      storeScores(project, modelId, { ...result, caseId: result.key, version })
      if (result.features) storeFeatures(project, modelId, result.key, result.features)
      result.attributions.forEach((computed, index) => {
        last = storeAttribution(project, modelId, toStore(result.key, kinds[index]!, computed, { ...result, version }))
      })
    }
  })
  return last
}
