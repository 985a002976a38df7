import { ReviewError, errorRecord } from '../contract/errors.ts'
import type { ErrorRecord } from '../contract/errors.ts'
import type { AttributionRequest, Filter } from '../contract/records.ts'
import type { AttributionSpec, ModelInputRecord } from '../compute/types.ts'
import { shuffled } from '../evidence/cells.ts'
import type { AttributionKind } from '../project/attributions.ts'
import { caseDetail, pathOfCase } from '../project/case-rows.ts'
import type { Project } from '../project/project.ts'
import { orderedIds } from '../project/worklist.ts'
import { uniform } from '../tensor/random.ts'
import { classIn } from './attribution-handlers.ts'
import { specOf } from './attribution-kind.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import { modelOf } from './model-session.ts'

export interface Choice { readonly caseIds: readonly number[] | null; readonly filter: Filter; readonly sample: number; readonly seed: number }

/** The cases that were named, or a seeded draw from the readable ones of the filter, in the order of import. Throws `no-such-case`, `bad-filter`. */
export function chosenCases(project: Project, { caseIds, filter, sample, seed }: Choice): readonly number[] {
  if (caseIds) {
    for (const caseId of caseIds) pathOfCase(project, caseId)
    return caseIds
  }
  const ready = orderedIds(project, { ...filter, conditions: [...filter.conditions, { column: 'status', op: 'is', value: 'ready' }] }, null)
  if (ready.length === 0) throw new ReviewError('bad-filter', 'No readable case passes the filter, so there is nothing to measure. Widen the filter.')
  return Array.from(shuffled(ready.length, uniform(seed)).subarray(0, sample)).sort((a, b) => a - b).map((place) => ready[place])
}

/** A case made ready for the compute process. */
export interface PreparedCase {
  readonly caseId: number
  readonly file: string
  readonly input: ModelInputRecord
  readonly attribution: AttributionSpec
}
export interface FailedCase { readonly caseId: number; readonly file: string; readonly error: ErrorRecord }

/** The input of a case and what is asked of its map. Throws `not-ready` where the label's class is wanted and there is none, and what decoding throws. */
export async function preparedCase(context: Context, caseId: number, kind: AttributionKind, request: AttributionRequest, signal: AbortSignal): Promise<PreparedCase> {
  const { path, status, error } = pathOfCase(projectOf(context), caseId)
  if (status === 'unreadable' && error) throw ReviewError.fromRecord(error)
  const attribution = specOf(kind, classIn(context, caseId, request) ?? 'predicted')
  return { caseId, file: fileOf(context, caseId), input: await context.compute.input(path, 0, modelOf(context).profile, { signal }), attribution }
}

export function fileOf(context: Context, caseId: number): string {
  return caseDetail(projectOf(context), caseId).file
}

/** What a case's failure is told as; a cancel is no failure of a case. */
export function failedCase(context: Context, caseId: number, thrown: unknown, signal: AbortSignal): FailedCase {
  const error = errorRecord(thrown, 'run-failed')
  if (signal.aborted || error.code === 'cancelled') throw thrown
  return { caseId, file: fileOf(context, caseId), error }
}
