import { ReviewError } from '../contract/errors.ts'
import type { AttributionRequest } from '../contract/records.ts'
import type { AnalyzeResult } from '../compute/types.ts'
import { attributionRange, findAttribution } from '../project/attributions.ts'
import type { AttributionKind, StoredAttribution } from '../project/attributions.ts'
import { pathOfCase } from '../project/case-rows.ts'
import { classSql, classesOf } from '../project/scores.ts'
import { attributionRecord, kindOf, mainClass, specOf } from './attribution-kind.ts'
import { projectOf, tellCases } from './context.ts'
import type { Context } from './context.ts'
import type { HandlersOf } from './handlers.ts'
import { loadImage } from './case-handlers.ts'
import { ensureModel, modelKey, modelOf } from './model-session.ts'
import { storeResults } from './run-results.ts'

export function attributionHandlers(context: Context): HandlersOf<'attribution'> {
  const computing = new Map<string, Promise<StoredAttribution>>()
  let prefetching: AbortController | null = null

  async function find(caseId: number, request: AttributionRequest): Promise<StoredAttribution> {
    const project = projectOf(context)
    const kind = kindOf(context, request)
    const { status, error } = pathOfCase(project, caseId)
    if (status === 'unreadable' && error) throw ReviewError.fromRecord(error)
    const classIndex = classIn(context, caseId, request)
    const known = classIndex === null ? null : findAttribution(project, caseId, kind, classIndex)
    if (known) return known

    const key = JSON.stringify([project.file, project.modelId, caseId, kind, classIndex])
    const running = computing.get(key) ?? compute(context, caseId, kind, classIndex ?? 'predicted')
    computing.set(key, running)
    const forget = () => { if (computing.get(key) === running) computing.delete(key) }
    running.then(forget, forget)
    return running
  }

  async function prefetch(caseIds: readonly number[], request: AttributionRequest, signal: AbortSignal): Promise<void> {
    const withModel = projectOf(context).modelId !== null
    for (const caseId of caseIds) {
      if (signal.aborted) return
      await Promise.allSettled([loadImage(context, caseId, 0), ...(withModel ? [find(caseId, request)] : [])])
    }
  }

  return {
    'attribution.get': async ({ caseId, request }, { signal }) => attributionRecord(context, await unlessAborted(find(caseId, request), signal)),
    'attribution.prefetch': ({ caseIds, request }) => {
      projectOf(context)
      prefetching?.abort()
      prefetching = new AbortController()
      prefetch(caseIds, request, prefetching.signal).catch((thrown: unknown) => context.log.failure('prefetch', thrown))
      return null
    },
    'attribution.range': ({ request }) => attributionRange(projectOf(context), kindOf(context, request), classSql(mainClass(request.classIndex))),
  }
}

/** null: the predicted class, which only a run will tell. Throws `not-ready` where the label's class is wanted and there is none. */
export function classIn(context: Context, caseId: number, request: AttributionRequest): number | null {
  const classIndex = mainClass(request.classIndex)
  if (typeof classIndex === 'number') return classIndex
  const { predicted, label } = classesOf(projectOf(context), caseId)
  if (classIndex === 'predicted') return predicted
  if (label === null) throw new ReviewError('not-ready', 'The case has no label with a class of the model. Choose another class, or map the labels to classes.', { details: { caseId } })
  return label
}

/** One case now, before everything that waits. Scores come with it and are kept too. */
async function compute(context: Context, caseId: number, kind: AttributionKind, classIndex: number | 'predicted'): Promise<StoredAttribution> {
  const project = projectOf(context)
  const modelId = project.modelId!
  const belongsTo = modelKey(modelOf(context))
  await ensureModel(context)
  const { path } = pathOfCase(project, caseId)
  const results: AnalyzeResult[] = []
  await context.compute.analyze([{ key: caseId, path, frameIndex: 0, attributions: [specOf(kind, classIndex)] }], { urgent: true, onResult: (result) => { results.push(result) } })
  await project.database.whenWritable()
  if (context.project !== project || context.loaded !== belongsTo) throw new ReviewError('cancelled', 'The project was closed, or another model was chosen meanwhile.')
  const [result] = results
  if (!result) throw new ReviewError('run-failed', 'The compute process gave no result for the case. Try again.')
  storeResults(project, modelId, context.platform.version, results, [kind])
  tellCases(context, [caseId])
  if (result.state === 'failed') throw ReviewError.fromRecord(result.error)
  const stored = findAttribution(project, caseId, kind, result.attributions[0]?.classIndex ?? -1)
  if (!stored) throw new ReviewError('run-failed', 'The run gave no map for the case. Try again, or choose another method.')
  return stored
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new ReviewError('cancelled', 'Cancelled.'))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
