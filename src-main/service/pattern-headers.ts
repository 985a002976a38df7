import type { HeadersReport, HeadersRequest } from '../contract/patterns.ts'
import { ReviewError } from '../contract/errors.ts'
import type { Job } from '../contract/records.ts'
import type { CodedColumn } from '../patterns/clusters.ts'
import { levelsOf } from '../patterns/grouping.ts'
import type { HeaderField } from '../patterns/header-columns.ts'
import { loadFeatures } from '../project/features.ts'
import { caseNumbers, columnOfCases, headerTexts, idsOf } from '../project/pattern-cases.ts'
import type { Project } from '../project/project.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'
import { positiveClass } from './pattern-groups.ts'
import { keptOrMade } from './pattern-run.ts'

/** Header fields that no column of the work list has. */
const ONLY_IN_CASES = ['photometric', 'transferSyntax'] as const

/** What headers alone tell of the label, and what the model's features tell of the header, as a job. */
export function startHeaders(context: Context, request: HeadersRequest): Job {
  const project = projectOf(context)
  const positive = positiveClass(context, request.positive)
  return context.jobs.start('patterns', 'What headers alone give away', async ({ signal, progress }): Promise<HeadersReport> => {
    progress(0, null, 'Reading headers')
    const ids = idsOf(project, request.filter)
    if (ids.length === 0) throw new ReviewError('bad-filter', 'No case passes the filter. Widen it.')
    const cases = await caseNumbers(project, ids, positive.index)
    const fields: HeaderField[] = []
    for (const field of [...request.fields, ...request.groupColumns]) fields.push(await headerField(project, ids, field))
    const probed: CodedColumn[] = []
    for (const column of request.probe) probed.push(await codedColumn(project, ids, column))
    const { report } = await keptOrMade(context, 'headers', request, 'headers', { request, cases, positive, fields, features: await loadFeatures(project, ids), probed }, (found) => ({ report: found }), { signal, onProgress: progress })
    return report as HeadersReport
  }).job
}

async function headerField(project: Project, ids: Int32Array, field: string): Promise<HeaderField> {
  if (ONLY_IN_CASES.some((name) => name === field)) return { field, kind: 'category', column: coded(field, await headerTexts(project, ids, field as (typeof ONLY_IN_CASES)[number])) }
  const found = await columnOfCases(project, ids, field)
  return found.kind === 'number'
    ? { field, kind: 'number', values: Float64Array.from(found.values, (value) => typeof value === 'number' ? value : NaN) }
    : { field, kind: 'category', column: coded(field, found.values) }
}

export async function codedColumn(project: Project, ids: Int32Array, column: string): Promise<CodedColumn> {
  const { levels, codes } = levelsOf(await columnOfCases(project, ids, column), undefined)
  return { column, levels: levels.map(({ value }) => value), codes }
}

function coded(column: string, values: readonly (string | number | null)[]): CodedColumn {
  const { levels, codes } = levelsOf({ column, kind: 'text', values }, undefined)
  return { column, levels: levels.map(({ value }) => value), codes }
}
