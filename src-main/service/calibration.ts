import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { topShare } from '../causal/mass.ts'
import { parseInput, type Input, type MethodName, type Output } from '../contract/api.ts'
import { SUSPICION_THRESHOLD, type CalibrateRequest, type CalibrationReport, type CaseEvidence, type CueCalibration } from '../contract/causal.ts'
import { ReviewError } from '../contract/errors.ts'
import type { CaseRow, Job } from '../contract/records.ts'
import { aurocInterval } from '../statistics/auroc-interval.ts'
import { meanInterval } from '../statistics/mean-interval.ts'
import { proportion } from '../statistics/proportion.ts'
import type { Context } from './context.ts'
import { demoFolder } from './demo-parts.ts'
import type { JobControl } from './jobs.ts'
import { PLANTED_CUES, plantedSet, type PlantedSet } from './planted-set.ts'
import type { Service } from './types.ts'

/** the zone that stands for the planted box in the scratch project */
const BOX = 'template:planted'
const PAGE = 1000

/** A job that measures the tool on models with a planted wrong reason and on their clean twins, in a project of its own that is thrown away. */
export function startCalibration(context: Context, request: CalibrateRequest): Job {
  const cues = request.cues.length > 0 ? request.cues : [...PLANTED_CUES]
  const unknown = cues.find((cue) => !(PLANTED_CUES as readonly string[]).includes(cue))
  if (unknown !== undefined) throw new ReviewError('bad-parameter', `There is no planted cue '${unknown}'. There are: ${PLANTED_CUES.join(', ')}.`)
  return context.jobs.start('calibration', 'Calibration on planted wrong reasons', (control) => calibrate(context, { ...request, cues }, control)).job
}

async function calibrate({ platform }: Context, { cues, strengths, count, seed, methods, folder }: CalibrateRequest, control: JobControl): Promise<CalibrationReport> {
  const scratch = mkdtempSync(join(tmpdir(), 'right-reason-calibrate-'))
  const { createService } = await import('./service.ts')
  const service = createService({ ...platform, configFolder: join(scratch, 'config'), projectsFolder: scratch })
  try {
    const found: CueCalibration[] = []
    const total = cues.length * strengths.length
    for (const [i, cue] of cues.entries())
      for (const [k, strength] of strengths.entries()) {
        const tell = (what: string): void => control.progress(i * strengths.length + k, total, `${cue}, ${strength} %: ${what}`)
        tell('test set')
        const set = await plantedSet(platform, folder ?? scratch, { cue, strength, seed, count }, control.signal)
        found.push(await measureCue(new Bench(service, control.signal), demoFolder(platform), join(scratch, `${cue}-${strength}.rightreason`), set, methods, tell))
      }
    return { threshold: SUSPICION_THRESHOLD, seed, count, cues: found }
  } finally {
    await service.close()
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** A service of one's own, call by call. */
class Bench {
  readonly #service: Service
  readonly #signal: AbortSignal

  constructor(service: Service, signal: AbortSignal) {
    this.#service = service
    this.#signal = signal
  }

  call<K extends MethodName>(method: K, input?: Input<K>): Promise<Output<K>> {
    return this.#service.call(method, parseInput(method, input), { signal: this.#signal })
  }

  bytes(url: string): Promise<Uint8Array> {
    return this.#service.bytes(url).then(({ body }) => body)
  }

  /** Starts a job and waits for its end. Throws the job's error, and `cancelled`. */
  async job<K extends 'import.start' | 'run.start' | 'causal.suspect'>(method: K, input?: Input<K>): Promise<Job> {
    const ends = new Map<string, Job>()
    let settle: (job: Job) => void = () => {}
    const stop = this.#service.on('job', (job) => {
      if (job.state === 'running') return
      ends.set(job.id, job)
      settle(job)
    })
    try {
      const { id } = await this.call(method, input) as Job
      const cancel = (): void => void this.#service.call('jobs.cancel', { id }).catch(() => undefined)
      this.#signal.addEventListener('abort', cancel, { once: true })
      const ended = ends.get(id) ?? await new Promise<Job>((resolve) => { settle = (job) => { if (job.id === id) resolve(job) } })
      this.#signal.removeEventListener('abort', cancel)
      if (ended.error) throw ReviewError.fromRecord(ended.error)
      if (ended.state === 'cancelled') throw new ReviewError('cancelled', 'Cancelled.')
      return ended
    } finally {
      stop()
    }
  }
}

interface Judged { readonly row: CaseRow; readonly evidence: CaseEvidence }

async function measureCue(bench: Bench, demo: string, project: string, set: PlantedSet, methods: readonly string[], tell: (what: string) => void): Promise<CueCalibration> {
  const { truth } = set
  const [member] = truth.models
  const clean = [`family/${truth.cue}-0.onnx`, 'demo-cnn-clean.onnx'].find((file) => existsSync(join(demo, file))) ?? null
  await bench.call('project.create', { file: project })
  await bench.job('import.start', { folder: set.studies })
  tell('the model that learnt it')
  const own = await judge(bench, join(demo, member.file), set.labels)
  const lost = new Map(truth.cases.map(({ file }, i) => [file, member.answers[i].lost]))
  const correct = own.filter(({ row }) => row.outcome === 'correct')
  const isLost = correct.map(({ row }) => lost.get(row.file) === true)
  const scores = correct.map(({ evidence }) => evidence.suspicion ?? 0)
  const terms = [...new Set(correct.flatMap(({ evidence }) => evidence.terms.map(({ term }) => term)))]
  const shares = await mapShares(bench, own, truth, methods, tell)
  tell('checks of the planted place')
  const checks = await boxChecks(bench, own, truth)
  tell('the clean twin')
  const twins = clean === null ? [] : (await judge(bench, join(demo, clean), set.labels)).filter(({ row }) => row.outcome === 'correct')
  const without = clean === null ? [] : await boxChecks(bench, twins, truth)
  const isAccused = ({ evidence }: Judged): boolean => (evidence.suspicion ?? 0) >= SUSPICION_THRESHOLD
  const withCue = checks.filter(({ present, correct: isCorrect }) => present && isCorrect)
  const none = [...checks.filter(({ present }) => !present), ...without]
  return {
    cue: truth.cue, strength: truth.strength, model: member.file, cleanModel: clean, correct: correct.length, wrongReason: isLost.filter(Boolean).length,
    auroc: aurocInterval(scores, isLost),
    found: proportion(correct.filter((one, i) => isLost[i] && isAccused(one)).length, isLost.filter(Boolean).length),
    falseAlarms: proportion(twins.filter(isAccused).length, twins.length),
    terms: terms.map((term) => ({ term, auroc: aurocInterval(correct.map(({ evidence }) => evidence.terms.find((one) => one.term === term)?.value ?? 0), isLost) })),
    agreement: proportion(withCue.filter(({ file, supported }) => supported === (lost.get(file) === true)).length, withCue.length),
    supportedWithout: proportion(none.filter(({ supported }) => supported).length, none.length),
    methods: shares,
  }
}

/** Scores and suspicions of every case under a model. */
async function judge(bench: Bench, model: string, labels: string): Promise<Judged[]> {
  const { profile } = await bench.call('model.inspect', { file: model })
  await bench.call('model.use', { file: model, profile })
  const { guess } = await bench.call('labels.preview', { file: labels })
  await bench.call('labels.apply', { file: labels, mapping: guess })
  await bench.job('run.start', { attribution: null })
  await bench.job('causal.suspect', {})
  const { rows } = await bench.call('cases.page', { limit: PAGE })
  return Promise.all(rows.map(async (row) => ({ row, evidence: await bench.call('causal.evidence', { caseId: row.id }) })))
}

/** Of the cases with the cue, the share of its pixels among the greatest tenth of each method's map. */
async function mapShares(bench: Bench, judged: readonly Judged[], truth: PlantedSet['truth'], methods: readonly string[], tell: (what: string) => void): Promise<CueCalibration['methods']> {
  const places = new Map(truth.cases.filter(({ present }) => present).map(({ file, outlines }) => [file, outlines]))
  const result: CueCalibration['methods'][number][] = []
  for (const method of methods) {
    tell(`maps by ${method}`)
    const shares: number[] = []
    for (const { row } of judged.filter(({ row: { file, outcome } }) => places.has(file) && outcome === 'correct')) {
      const map = await bench.call('attribution.get', { caseId: row.id, request: { method } })
      const bytes = await bench.bytes(map.url)
      shares.push(topShare(places.get(row.file)!, { ...map, values: new Float32Array(bytes.slice().buffer) }))
    }
    result.push({ method, share: meanInterval(shares) })
  }
  return result
}

interface BoxCheck { readonly file: string; readonly present: boolean; readonly correct: boolean; readonly supported: boolean }

/** What takes the cue away: its place is erased; a bedside film, which is darker, has no place, and is made as bright as others are. */
const UNDOING = { place: { operation: 'erase', zone: BOX }, whole: { operation: 'exposure', parameters: { as: 'brighter' } } } as const

/** The check that takes the cue away, in every case, whether it is there or not. */
async function boxChecks(bench: Bench, judged: readonly Judged[], truth: PlantedSet['truth']): Promise<BoxCheck[]> {
  const hasPlace = truth.cue !== 'exposure'
  if (hasPlace) await bench.call('causal.saveTemplate', { name: BOX.slice('template:'.length), outline: [[[0, 0], [1, 0], [1, 1]]] })
  const result: BoxCheck[] = []
  for (const { row } of judged) {
    const planted = truth.cases.find(({ file }) => file === row.file)
    if (!planted) continue
    if (hasPlace) await bench.call('causal.correctZone', { caseId: row.id, zone: BOX, outline: planted.outlines })
    const { verdict } = await bench.call('causal.check', { caseId: row.id, ...UNDOING[hasPlace ? 'place' : 'whole'] })
    result.push({ file: row.file, present: planted.present, correct: row.outcome === 'correct', supported: verdict === 'supported' })
  }
  return result
}
