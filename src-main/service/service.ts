import type { MethodName } from '../contract/api.ts'
import { ReviewError, errorRecord } from '../contract/errors.ts'
import type { ComputeClient } from '../compute/types.ts'
import { DecodePool } from '../compute/decode-pool.ts'
import { createCompute } from '../compute/supervisor.ts'
import { appHandlers } from './app-handlers.ts'
import { attributionHandlers } from './attribution-handlers.ts'
import { readBytes } from './bytes.ts'
import { caseHandlers } from './case-handlers.ts'
import { causalHandlers } from './causal-handlers.ts'
import type { Context } from './context.ts'
import { dataHandlers } from './data-handlers.ts'
import { createEmitter } from './events.ts'
import { exportHandlers } from './export-handlers.ts'
import { fileHandlers } from './file-handlers.ts'
import type { Handler, Handlers } from './handlers.ts'
import { evidenceHandlers } from './evidence-handlers.ts'
import { createImageCache } from './image-cache.ts'
import { createJobs } from './jobs.ts'
import { createLog } from './log.ts'
import { mergeHandlers } from './merge-handlers.ts'
import { modelHandlers, providerHandlers } from './model-handlers.ts'
import { patternHandlers } from './pattern-handlers.ts'
import { planHandlers } from './plan-handlers.ts'
import { closeProject, projectHandlers } from './project-handlers.ts'
import { openRecentProjects } from './recent-projects.ts'
import { receiverHandlers } from './receiver-handlers.ts'
import { remoteHandlers } from './remote-handlers.ts'
import { flagHandlers } from './flag-handlers.ts'
import { reportHandlers } from './report-handlers.ts'
import { reviewHandlers } from './review-handlers.ts'
import { runHandlers } from './run-handlers.ts'
import { openSettings } from './settings.ts'
import type { Platform, Service } from './types.ts'
import { uploadFolder } from './uploads.ts'

export interface ServiceOptions {
  /** in place of a compute process of its own */
  readonly compute?: ComputeClient
}

/** Everything below the shells. An error ends the call it belongs to and nothing else. */
export function createService(platform: Platform, options: ServiceOptions = {}): Service {
  const log = createLog(platform.configFolder)
  const emitter = createEmitter()
  const compute = options.compute ?? createCompute(platform.computeHost)
  const context: Context = {
    platform,
    log,
    emitter,
    compute,
    settings: openSettings(platform.configFolder),
    recent: openRecentProjects(platform.configFolder),
    jobs: createJobs(emitter, log),
    decodePool: new DecodePool({ size: 2 }),
    images: createImageCache(),
    inputs: new Map(),
    uploads: new Map(),
    receiving: null,
    project: null,
    opened: null,
    loaded: null,
    providers: null,
  }
  const handlers: Handlers = {
    ...appHandlers(context),
    ...fileHandlers(context),
    ...projectHandlers(context),
    ...dataHandlers(context),
    ...remoteHandlers(context),
    ...receiverHandlers(context),
    ...modelHandlers(context),
    ...providerHandlers(context),
    ...runHandlers(context),
    ...attributionHandlers(context),
    ...evidenceHandlers(context),
    ...patternHandlers(context),
    ...causalHandlers(context),
    ...caseHandlers(context),
    ...reviewHandlers(context),
    ...planHandlers(context),
    ...mergeHandlers(context),
    ...exportHandlers(context),
    ...reportHandlers(context),
    ...flagHandlers(context),
    'jobs.list': () => context.jobs.list(),
    'jobs.cancel': ({ id }) => {
      context.jobs.cancel(id)
      return null
    },
  }
  const stopStatus = compute.onStatus((status) => emitter.emit('compute', status))
  log.event(`started ${platform.version} ${platform.shell} ${process.platform}-${process.arch}`)

  /** Any thrown value as a ReviewError; what is the program's own fault is logged. */
  const asReviewError = (where: string, thrown: unknown): ReviewError => {
    const error = thrown instanceof ReviewError ? thrown : ReviewError.fromRecord(errorRecord(thrown))
    if (error.code !== 'cancelled') log.failure(where, thrown)
    return error
  }
  const never = new AbortController().signal

  return {
    async call<K extends MethodName>(method: K, input: Parameters<Handler<K>>[0], { signal = never }: { signal?: AbortSignal } = {}) {
      try {
        if (signal.aborted) throw new ReviewError('cancelled', 'Cancelled.')
        return await (handlers[method] as Handler<K>)(input, { signal })
      } catch (thrown) {
        throw signal.aborted ? new ReviewError('cancelled', 'Cancelled.') : asReviewError(method, thrown)
      }
    },
    async bytes(url) {
      try {
        return await readBytes(context, url)
      } catch (thrown) {
        throw asReviewError('bytes', thrown)
      }
    },
    async upload(id, path, bytes, body, { signal = never } = {}) {
      try {
        return { path: await uploadFolder(context, id).write(path, bytes, body, signal) }
      } catch (thrown) {
        throw asReviewError('upload', thrown)
      }
    },
    on: (event, listener) => emitter.on(event, listener),
    async close() {
      await closeProject(context).catch((thrown: unknown) => log.failure('close', thrown))
      await context.jobs.cancelAll()
      stopStatus()
      await Promise.allSettled([compute.close(), context.decodePool.close()])
      log.event('ended')
    },
  }
}
