import { createHash } from 'node:crypto'

import type { PatternKind } from '../contract/patterns.ts'
import { analysePattern } from '../compute/patterns-client.ts'
import type { AnalysisOptions } from '../compute/patterns-client.ts'
import type { Analyses, AnalysisName } from '../patterns/analyses.ts'
import { canonicalJson } from '../project/models.ts'
import { keepReport, keptReport, reportWithKey } from '../project/pattern-reports.ts'
import { projectOf } from './context.ts'
import type { Context } from './context.ts'

/** What a pattern's numbers are turned into: a report for the caller, and arrays that are kept beside it. */
export interface Made { readonly report: object; readonly arrays?: Readonly<Record<string, Uint8Array>> }

/**
 * A report from the project where the same was worked out from the same numbers before, else from the process of its own. The key is a hash over all that goes in,
 * so a report is never older than what it tells of.
 */
export async function keptOrMade<Name extends AnalysisName>(context: Context, kind: PatternKind, request: unknown, name: Name, input: Analyses[Name]['input'], make: (output: Analyses[Name]['output']) => Made, options: AnalysisOptions): Promise<{ readonly id: number; readonly report: object }> {
  const project = projectOf(context)
  const key = keyOf([kind, context.platform.version, request, input])
  const known = reportWithKey(project, key)
  if (known !== null) return { id: known, report: keptReport(project, known).report }
  const { report, arrays = {} } = make(await analysePattern(context.platform.computeHost, name, input, options))
  await project.database.whenWritable()
  return { id: keepReport(project, { key, kind, request, report, arrays }), report }
}

/** SHA-256 over a value with typed arrays in it. */
function keyOf(value: unknown): string {
  const hash = createHash('sha256')
  const withoutArrays = (part: unknown): unknown => {
    if (ArrayBuffer.isView(part)) {
      hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
      return `${part.constructor.name} ${part.byteLength}`
    }
    if (Array.isArray(part)) return part.map(withoutArrays)
    return part !== null && typeof part === 'object' ? Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, withoutArrays(inner)])) : part
  }
  return hash.update(canonicalJson(withoutArrays(value))).digest('hex')
}
