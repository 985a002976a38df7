import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { CueKind } from './cues/planted.ts'
import { RENDERINGS, SHARD_FILES, type Shard } from './training-shard.ts'

export interface TrainingSeries {
  readonly seed: number
  readonly count: number
  /** 2: the detector binned, in a quarter of the time; to learn from, not to measure on */
  readonly binning: 1 | 2
  /** one cue alone, where it has changed since the others were rendered; null: without any and with each */
  readonly only: CueKind | null
}

/**
 * Renders a series as model inputs, each subject without any cue and with each: `out`/inputs-K.f32, labels-K.u8 and draws-K.f64, of
 * each of `threads` worker threads, and series.json. The series does not depend on the number of threads.
 */
export async function writeTrainingSet(out: string, { seed, count, binning, only }: TrainingSeries, threads: number, onProgress: (done: number) => void): Promise<void> {
  await mkdir(out, { recursive: true })
  let done = 0
  const chosen = only ? [only] : RENDERINGS
  const share = Math.ceil(count / threads)
  const path = (name: keyof typeof SHARD_FILES, k: number): string => join(out, `${name}-${k}.${SHARD_FILES[name]}`)
  const shards = Array.from({ length: threads }, (_, k): Shard => ({
    seed,
    binning,
    renderings: chosen,
    first: k * share,
    count: Math.max(0, Math.min(share, count - k * share)),
    files: { inputs: path('inputs', k), labels: path('labels', k), draws: path('draws', k) },
  }))
  await Promise.all(shards.map((shard) => runShard(shard, () => onProgress(++done))))
  const renderings = chosen.map((cue) => cue ?? 'none')
  await writeFile(join(out, 'series.json'), `${JSON.stringify({ seed, count, binning, shards: threads, renderings })}\n`)
}

function runShard(shard: Shard, onSubject: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./training-shard.ts', import.meta.url), { workerData: shard })
    worker.on('message', onSubject)
    worker.on('error', reject)
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A shard of the training set ended with code ${code}.`))))
  })
}
