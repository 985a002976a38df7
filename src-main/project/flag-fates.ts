import { FATES } from '../contract/protocol.ts'
import type { Fate, ModelPrediction } from '../contract/protocol.ts'
import type { Flag, Outcome, Verdict } from '../contract/records.ts'
import type { ProjectModel } from '../contract/protocol.ts'
import { OUTCOME_SQL } from './columns.ts'
import type { Project } from './project.ts'
import { allChanges, held, standing, toFlag } from './readings.ts'

/** A flagged case under two models. */
export interface Followed { readonly caseId: number; readonly file: string; readonly before: ModelPrediction & { readonly flag: Flag }; readonly after: ModelPrediction & { readonly flag: Flag | null } }

/** The cases flagged while `before` was in use, with what was said of them since with `after`, in the order of import. */
export function followFlags(project: Project, before: ProjectModel, after: ProjectModel): Followed[] {
  const [flags, looks] = [flagsUnder(project, before), flagsUnder(project, after)]
  const [predictions, now] = [predictionsOf(project, before), predictionsOf(project, after)]
  return [...flags].sort(([a], [b]) => a - b).map(([caseId, flag]) => {
    const { file, ...was } = predictions(caseId)
    const { file: _, ...is } = now(caseId)
    return { caseId, file, before: { ...was, flag }, after: { ...is, flag: looks.get(caseId) ?? null } }
  })
}

/** Flags that stand among those given while a model was in use, whatever was said with another. */
function flagsUnder(project: Project, { sha256, profileSha256 }: ProjectModel): Map<number, Flag> {
  const changes = allChanges(project).filter(({ model }) => model === `${sha256} ${profileSha256}`)
  return new Map([...Map.groupBy(held(changes), ({ key }) => key.caseId)].flatMap(([caseId, all]) => {
    const flag = standing(all, project.reader)
    return flag === null ? [] : [[caseId, toFlag(flag)] as const]
  }))
}

function predictionsOf(project: Project, model: ProjectModel): (caseId: number) => ModelPrediction & { readonly file: string } {
  return (caseId) => project.database.get<ModelPrediction & { file: string }>(
    `SELECT c.file, s.predicted AS predictedClass, s.confidence, ${OUTCOME_SQL} AS outcome FROM cases c LEFT JOIN scores s ON s.model_id = ? AND s.case_id = c.id WHERE c.id = ?`, [model.id, caseId])!
}

/**
 * What became of a flag. A reader's verdict on the new map decides about the reason; without one a right prediction leaves the reason open, since a map that has
 * moved is no proof that the reason did. A prediction that turned wrong decides by itself.
 */
export function fateOf({ before, after }: Pick<Followed, 'before' | 'after'>): Fate {
  if (after.outcome === 'not-run') return 'not-run'
  const was = before.flag.verdict
  if (isWrong(after.outcome, after.flag)) {
    if (isWrong(before.outcome, before.flag)) return 'still-wrong'
    return was === 'wrong-reason' ? 'no-longer-right' : 'newly-broken'
  }
  return after.flag === null ? 'to-look-at' : BY_LOOK[after.flag.verdict](was)
}

const BY_LOOK: Readonly<Record<Verdict, (was: Verdict) => Fate>> = {
  'right-reason': (was) => was === 'wrong-reason' || was === 'wrong' ? 'fixed' : 'unchanged',
  'wrong-reason': (was) => was === 'wrong-reason' ? 'still-wrong-reason' : 'newly-wrong-reason',
  'wrong': () => 'newly-broken',
  'unsure': () => 'to-look-at',
}

/** By the label; where that says nothing, by the reader. */
function isWrong(outcome: Outcome, flag: Flag | null): boolean {
  return outcome === 'incorrect' || (outcome !== 'correct' && flag?.verdict === 'wrong')
}

export function countFates(fates: readonly Fate[]): Record<Fate, number> {
  return Object.fromEntries(FATES.map((fate) => [fate, fates.filter((one) => one === fate).length])) as Record<Fate, number>
}
