import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { Profile } from '../../../src-main/contract/profile.ts'
import { preprocess } from '../../../src-main/model/preprocess.ts'
import { CLASSES, type Configuration } from './configuration.ts'
import { frameOf } from './frame.ts'
import { drawStudy } from './series.ts'

/** A run of subjects whose model inputs one worker thread writes. */
export interface Shard {
  readonly seed: number
  readonly first: number
  readonly count: number
  readonly configuration: Configuration
  /** float32 little endian, [count, channels, height, width], exactly what the program would feed the model */
  readonly inputsFile: string
  /** one class index a byte */
  readonly labelsFile: string
}

export const PROFILE_FILE = new URL('../demo-cnn.profile.json', import.meta.url)

/** Writes the shard's inputs and labels; `onStudy` after each. */
export function writeShard(shard: Shard, onStudy: () => void): void {
  const profile = Profile.parse(JSON.parse(readFileSync(PROFILE_FILE, 'utf8')))
  const inputs = openSync(shard.inputsFile, 'w')
  const labels = openSync(shard.labelsFile, 'w')
  for (let k = 0; k < shard.count; k++) {
    const { subject, image } = drawStudy(shard.seed, shard.first + k, shard.configuration)
    const { data } = preprocess(frameOf(image), profile)
    writeSync(inputs, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    writeSync(labels, Uint8Array.of(CLASSES.indexOf(subject.label)))
    onStudy()
  }
  closeSync(inputs)
  closeSync(labels)
}

if (!isMainThread) writeShard(workerData as Shard, () => parentPort?.postMessage('study'))
