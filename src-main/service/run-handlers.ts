import { ReviewError } from '../contract/errors.ts'
import type { ErrorCode, ErrorRecord } from '../contract/errors.ts'
import type { AttributionRequest, Filter, Job } from '../contract/records.ts'
import type { AnalyzeItem, AnalyzeResult } from '../compute/types.ts'
import { specText } from '../project/attributions.ts'
import { pathOfCase } from '../project/case-rows.ts'
import { casesToRun, classSql, classesOf } from '../project/scores.ts'
import { projectOf, tellCases, tellProject } from './context.ts'
import type { Context } from './context.ts'
import { kindOf, mainClass, specOf } from './attribution-kind.ts'
import type { HandlersOf } from './handlers.ts'
import type { JobControl } from './jobs.ts'
import { ensureModel, modelKey, modelOf } from './model-session.ts'
import { storeResults } from './run-results.ts'

/** cases handed to the compute process at a time: enough to keep it decoding ahead */
const CASES_A_STEP = 512
/** results that wait in memory for their transaction */
const RESULTS_A_STEP = 32
const STORED_EVERY_MS = 250
/** what is so of the model and its layer, whatever the image */
const NO_MAPS: readonly ErrorCode[] = ['unsupported-op', 'unsupported-graph', 'no-target-layer']

export function runHandlers(context: Context): HandlersOf<'run'> {
  return { 'run.start': (input) => startRun(context, input) }
}

/**
 * Scores, and maps of one kind where they are asked for, of all readable cases of the filter that lack them. What was finished before a cancel or
 * a crash stays. Where the model cannot give such maps, the job ends with that one error, and the scores are computed all the same.
 */
export function startRun(context: Context, { filter, attribution, features = false }: { readonly filter: Filter; readonly attribution: AttributionRequest | null; readonly features?: boolean }): Job {
  const project = projectOf(context)
  const model = modelOf(context)
  const modelId = project.modelId!
  const belongsTo = modelKey(model)
  const kind = attribution && kindOf(context, attribution)
  const choice = attribution && mainClass(attribution.classIndex)
  const wanted = kind && { spec: specText(kind), classSql: classSql(choice!) }
  const caseIds = casesToRun(project, filter, wanted, features)

  const itemOf = (caseId: number, withMaps: boolean): AnalyzeItem => {
    const classIndex = choice === 'label' ? classesOf(project, caseId).label : choice
    return { key: caseId, path: pathOfCase(project, caseId).path, frameIndex: 0, attributions: withMaps && kind && classIndex !== null ? [specOf(kind, classIndex)] : [], features }
  }

  const run = async (control: JobControl) => {
    const { signal } = control
    control.progress(0, caseIds.length, caseIds.length === 0 ? 'All cases have what was asked for' : `Opening ${model.name}`)
    if (caseIds.length > 0) await ensureModel(context)
    let done = 0
    let failed = 0
    let waiting: AnalyzeResult[] = []
    let storedAt = Date.now()
    const store = () => {
      const results = waiting
      waiting = []
      storedAt = Date.now()
      if (results.length === 0) return
      storeResults(project, modelId, context.platform.version, results, kind ? [kind] : [])
      tellCases(context, results.map(({ key }) => key))
      tellProject(context)
    }
    let failure: unknown = null
    let noMaps: ErrorRecord | null = null
    const left = new Set(caseIds)
    while (left.size > 0 && !signal.aborted) {
      const step = [...left].slice(0, CASES_A_STEP)
      const withMaps = noMaps === null
      const stop = new AbortController()
      try {
        await context.compute.analyze(step.map((caseId) => itemOf(caseId, withMaps)), {
          signal: AbortSignal.any([signal, stop.signal]),
          onResult: (result) => {
            if (failure !== null || context.loaded !== belongsTo || (result.state === 'failed' && result.error.code === 'cancelled')) return
            if (withMaps && result.state === 'failed' && NO_MAPS.includes(result.error.code)) {
              noMaps ??= result.error
              stop.abort()
              return
            }
            left.delete(result.key)
            waiting.push(result)
            done++
            if (result.state === 'failed') {
              failed++
              control.itemFailed()
            }
            control.progress(done, caseIds.length, failed === 0 ? '' : `${failed} failed`)
            if (waiting.length < RESULTS_A_STEP && Date.now() - storedAt < STORED_EVERY_MS) return
            try {
              store()
            } catch (thrown) {
              failure = thrown
              stop.abort()
            }
          },
        })
      } catch (thrown) {
        if (failure !== null) throw failure
        if (!stop.signal.aborted && !signal.aborted) throw thrown
      } finally {
        await project.database.whenWritable()
        if (failure === null) store()
      }
      if (failure !== null) throw failure
      if (withMaps && noMaps !== null) continue
      for (const caseId of step) left.delete(caseId)
    }
    if (noMaps !== null) throw withoutMaps(noMaps)
    return { cases: done, failed, cancelled: signal.aborted }
  }

  return context.jobs.start('run', attribution === null ? `Scores by ${model.name}` : `Scores and maps by ${model.name}`, (control) =>
    run(control).finally(() => {
      tellCases(context, null)
      tellProject(context)
    })).job
}

function withoutMaps({ code, message, details }: ErrorRecord): ReviewError {
  return new ReviewError(code, `${message} The scores were computed without maps.`, { details })
}
