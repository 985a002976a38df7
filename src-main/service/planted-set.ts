import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { ReviewError } from '../contract/errors.ts'
import { Outline } from '../contract/causal.ts'
import { z } from '../contract/zod.ts'
import { demoFolder } from './demo-parts.ts'
import type { Platform } from './types.ts'

export const PLANTED_CUES = ['marker', 'tube', 'exposure', 'border', 'text'] as const

/** What the generator knows of a test set. It is read to score what was found, after it was found. */
export const PlantedTruth = z.object({
  format: z.literal('right-reason/planted@1'),
  cue: z.string(), strength: z.number(), seed: z.number(),
  cases: z.array(z.object({ file: z.string(), label: z.string(), present: z.boolean(), outlines: Outline })),
  models: z.array(z.object({ file: z.string(), answers: z.array(z.object({ correct: z.boolean(), lost: z.boolean() })) })),
})
export type PlantedTruth = z.infer<typeof PlantedTruth>

export interface PlantedSet { readonly studies: string; readonly labels: string; readonly truth: PlantedTruth }
export interface SetChoice { readonly cue: string; readonly strength: number; readonly seed: number; readonly count: number }

/** The test set of a cue below a folder; made by the demo's generator where it is not there yet. Throws `file-not-found`, `run-failed`, `bad-request`. */
export async function plantedSet(platform: Pick<Platform, 'resourcesFolder'>, folder: string, { cue, strength, seed, count }: SetChoice, signal: AbortSignal): Promise<PlantedSet> {
  const place = join(folder, `${cue}-${strength}-seed${seed}-${count}`)
  if (!existsSync(join(place, 'truth.json'))) await generate(platform, ['family', '--cue', cue, '--strength', String(strength), '--seed', String(seed), '--count', String(count), '--out', place], signal)
  const truth = PlantedTruth.safeParse(JSON.parse(await readFile(join(place, 'truth.json'), 'utf8')))
  if (!truth.success) throw new ReviewError('bad-request', `${join(place, 'truth.json')} is not the truth of a planted test set: ${truth.error.issues[0]?.message}. Remove the folder, and it is made anew.`)
  return { studies: join(place, 'studies'), labels: join(place, 'labels.csv'), truth: truth.data }
}

/** The generator is a program of its own beside the demo. */
function generate(platform: Pick<Platform, 'resourcesFolder'>, options: readonly string[], signal: AbortSignal): Promise<void> {
  const program = join(demoFolder(platform), 'generator', 'main.ts')
  if (!existsSync(program)) throw new ReviewError('file-not-found', `The demo's generator is not there: ${program}. Calibrate from the source tree, or name a folder with test sets.`)
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...options], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } })
    let told = ''
    child.stderr.on('data', (chunk: Buffer) => { told = (told + chunk.toString()).slice(-2000) })
    const stop = () => void child.kill()
    signal.addEventListener('abort', stop, { once: true })
    child.on('error', (cause) => reject(new ReviewError('run-failed', `The demo's generator could not be started: ${cause.message}`, { cause })))
    child.on('exit', (code) => {
      signal.removeEventListener('abort', stop)
      if (signal.aborted) reject(new ReviewError('cancelled', 'Cancelled.'))
      else if (code === 0) resolve()
      else reject(new ReviewError('run-failed', `The demo's generator ended with ${code}: ${told.trim().split('\n').at(-1) ?? ''}`))
    })
  })
}
