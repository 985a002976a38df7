import type { ReviewError } from '../contract/errors.ts'
import type { AnalyzeResult } from './types.ts'
import type { Entry } from './work-queue.ts'

interface Batch { readonly onResult: (result: AnalyzeResult) => void; readonly onDone: () => void; left: number }

/** Who asked for which items, and how many results each is still owed. A batch that was dropped is told nothing more. */
export class Batches {
  readonly #batches = new Map<number, Batch>()

  add(id: number, count: number, onResult: Batch['onResult'], onDone: () => void): void {
    this.#batches.set(id, { onResult, onDone, left: count })
  }

  drop(id: number): void {
    this.#batches.delete(id)
  }

  report(id: number, result: AnalyzeResult): void {
    const batch = this.#batches.get(id)
    if (!batch) return
    batch.left--
    batch.onResult(result)
    if (batch.left > 0) return
    this.#batches.delete(id)
    batch.onDone()
  }

  /** The same error for items that will not be computed. */
  fail(entries: readonly Entry[], error: ReviewError): void {
    for (const { batch, item, crashes } of entries) this.report(batch, { key: item.key, state: 'failed', error: error.toRecord(), crashes })
  }
}
