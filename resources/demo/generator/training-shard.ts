import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { Profile } from '../../../src-main/contract/profile.ts'
import { preprocess } from '../../../src-main/model/preprocess.ts'
import { CLASSES, DEFAULT_CONFIGURATION } from './configuration.ts'
import { cueDraw, CUES, type CueKind } from './cues/planted.ts'
import { frameOf } from './frame.ts'
import { standBefore } from './phantom.ts'
import { storeImage } from './presentation.ts'
import { drawSubject } from './subject.ts'

/** What a shard writes of each subject, one file each, in the subjects' order. */
export const SHARD_FILES = {
  /** float32 little endian, [subjects, renderings, channels, height, width], as the program preprocesses a frame */
  inputs: 'f32',
  /** one class index a byte */
  labels: 'u8',
  /** float64 little endian, [subjects, cues]: a cue is there at a strength where its draw is below the probability */
  draws: 'f64',
} as const

/** Each subject is rendered without any cue and with each: every model's training set is a choice among these. */
export const RENDERINGS = [null, ...CUES] as const

/** A run of subjects whose model inputs one worker thread writes. */
export interface Shard {
  readonly seed: number
  readonly first: number
  readonly count: number
  readonly binning: 1 | 2
  readonly renderings: readonly (CueKind | null)[]
  readonly files: Readonly<Record<keyof typeof SHARD_FILES, string>>
}

export const PROFILE_FILE = new URL('../demo-cnn.profile.json', import.meta.url)

/** Writes the shard's files; `onSubject` after each. */
export function writeShard({ seed, first, count, binning, renderings, files }: Shard, onSubject: () => void): void {
  const profile = Profile.parse(JSON.parse(readFileSync(PROFILE_FILE, 'utf8')))
  const [inputs, labels, draws] = [files.inputs, files.labels, files.draws].map((file) => openSync(file, 'w'))
  for (let index = first; index < first + count; index++) {
    const subject = drawSubject(seed, index, DEFAULT_CONFIGURATION)
    const stand = standBefore(subject, binning)
    for (const cue of renderings) {
      const { data } = preprocess(frameOf(storeImage(subject, stand.take(cue))), profile)
      writeSync(inputs, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    }
    writeSync(labels, Uint8Array.of(CLASSES.indexOf(subject.label)))
    writeSync(draws, new Uint8Array(Float64Array.from(CUES, (cue) => cueDraw(seed, index, cue)).buffer))
    onSubject()
  }
  for (const file of [inputs, labels, draws]) closeSync(file)
}

if (!isMainThread) writeShard(workerData as Shard, () => parentPort?.postMessage('subject'))
