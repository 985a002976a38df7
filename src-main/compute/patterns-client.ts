import { ReviewError } from '../contract/errors.ts'
import type { ErrorRecord } from '../contract/errors.ts'
import type { Analyses, AnalysisName } from '../patterns/analyses.ts'
import type { ComputeHost } from './types.ts'

export interface ToPatterns<Name extends AnalysisName = AnalysisName> { readonly name: Name; readonly input: Analyses[Name]['input'] }
export type FromPatterns =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number; readonly message: string }
  | { readonly kind: 'done'; readonly output: unknown }
  | { readonly kind: 'refused'; readonly error: ErrorRecord }

export interface AnalysisOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number, message: string) => void
}

/** Works a pattern out in a process of its own, which ends with it. Throws what the analysis throws, `cancelled`, and `compute-crashed` where the process ended by itself. */
export function analysePattern<Name extends AnalysisName>(host: ComputeHost, name: Name, input: Analyses[Name]['input'], { signal, onProgress }: AnalysisOptions = {}): Promise<Analyses[Name]['output']> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(cancelled())
    const child = host.start('patterns')
    const settle = (end: () => void): void => {
      signal?.removeEventListener('abort', onAbort)
      child.kill()
      end()
    }
    const onAbort = (): void => settle(() => reject(cancelled()))
    signal?.addEventListener('abort', onAbort, { once: true })
    child.onMessage((raw) => {
      const message = raw as FromPatterns
      if (message.kind === 'ready') child.send({ name, input } satisfies ToPatterns<Name>)
      else if (message.kind === 'progress') onProgress?.(message.done, message.total, message.message)
      else if (message.kind === 'done') settle(() => resolve(message.output as Analyses[Name]['output']))
      else settle(() => reject(ReviewError.fromRecord(message.error)))
    })
    child.onExit((code, how) => settle(() => reject(new ReviewError('compute-crashed', `The process that works patterns out ended by itself (${how ?? `exit code ${code}`}). It may have run out of memory: choose fewer cases, or a coarser layer.`))))
  })
}

function cancelled(): ReviewError {
  return new ReviewError('cancelled', 'The computation was cancelled.')
}
