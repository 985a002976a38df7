import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Shard } from './training-shard.ts'
import type { SeriesOptions } from './study-set.ts'

/**
 * Renders a series as model inputs: `out`/inputs-K.f32 and labels-K.u8, a pair for each of `threads` worker threads, and
 * series.json. The series does not depend on the number of threads.
 */
export async function writeTrainingSet(out: string, series: SeriesOptions, threads: number, onProgress: (done: number) => void): Promise<void> {
  await mkdir(out, { recursive: true })
  let done = 0
  const share = Math.ceil(series.count / threads)
  const shards = Array.from({ length: threads }, (_, k): Shard => ({
    seed: series.seed,
    first: k * share,
    count: Math.max(0, Math.min(share, series.count - k * share)),
    configuration: series.configuration,
    inputsFile: join(out, `inputs-${k}.f32`),
    labelsFile: join(out, `labels-${k}.u8`),
  }))
  await Promise.all(shards.map((shard) => runShard(shard, () => onProgress(++done))))
  await writeFile(join(out, 'series.json'), `${JSON.stringify({ seed: series.seed, count: series.count, shards: threads })}\n`)
}

function runShard(shard: Shard, onStudy: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./training-shard.ts', import.meta.url), { workerData: shard })
    worker.on('message', onStudy)
    worker.on('error', reject)
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A shard of the training set ended with code ${code}.`))))
  })
}
