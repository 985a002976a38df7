import { ZONES, type CalibrationReport, type CaseEvidence, type CausalCheck, type CheckRequest, type Effect, type Estimate, type Outline, type PlantReport, type SpreadReport, type SuspectReport, type ZoneEvidence, type ZoneName, type ZoneTemplate } from '../../src-main/contract/causal.ts'
import type { Job, Proportion } from '../../src-main/contract/records.ts'
import { termOf } from '../../src-main/causal/suspicion.ts'
import type { FakeOptions } from './fake-client.ts'

const box = (x: number, y: number, width: number, height: number): Outline => [[[x, y], [x + width, y], [x + width, y + height], [x, y + height]]]
const OUTLINES: Readonly<Partial<Record<ZoneName, Outline>>> = {
  markers: box(440, 30, 36, 40), border: [...box(0, 0, 512, 512), ...box(20, 20, 472, 472)], corners: box(0, 0, 70, 70), lungs: [[[90, 120], [210, 110], [215, 380], [80, 400]], [[300, 110], [420, 120], [430, 400], [295, 380]]], mediastinum: box(215, 90, 80, 300),
}
const AREAS: Readonly<Partial<Record<ZoneName, number>>> = { markers: 0.006, border: 0.15, corners: 0.02, lungs: 0.25, mediastinum: 0.09 }
const controls = Array.from({ length: 24 }, (_, i) => -0.12 + 0.01 * ((i * 7) % 24))

export const STRONG: Effect = { deltaLogit: -3.42, controls, share: 1.4, score: 9.1, rank: 0, flips: true, controlFlips: 0, verdict: 'supported' }
export const WEAK: Effect = { deltaLogit: -0.08, controls, share: 0.02, score: 0.2, rank: 0.6, flips: false, controlFlips: 0, verdict: 'not-supported' }

export const fakeZones = (): ZoneEvidence[] => (Object.keys(ZONES) as ZoneName[]).map((name) => ({
  name, ...ZONES[name], outline: OUTLINES[name] ?? [], confidence: 0.9, source: 'detected', area: AREAS[name] ?? 0, mass: OUTLINES[name] ? 0.03 : null, effect: null,
}))
export const fakeCheck = ({ caseId = 1, operation = 'erase', parameters = {}, region = null, zone = null, donorCaseId = null }: Partial<CheckRequest>, effect: Effect = STRONG, id = 1): CausalCheck => ({
  ...effect, id, caseId, operation, parameters, region, zone, donorCaseId, seed: 1, classIndex: 1, className: 'Pneumonia',
  before: { logits: [-1.2, 1.2], probabilities: [0.083, 0.917], predicted: 1, margin: 2.4 }, after: { logits: [1.1, -2.22], probabilities: [0.965, 0.035], predicted: effect.flips ? 0 : 1, margin: -3.3 },
  words: 'Supported: erase of small high-contrast objects, 140 % of the margin is lost beyond the controls; 0 of 24 controls lose as much; the predicted class changes.', reader: 'Dr Reader', time: '2026-11-27T10:00:00Z',
})
export const fakeEvidence = (caseId: number, more: Partial<CaseEvidence> = {}): CaseEvidence => ({ caseId, suspicion: null, terms: [], zones: fakeZones(), checks: [], ...more })
export const fakeTerms = () => [{ ...termOf('markers', STRONG), mass: 0.03, area: 0.006 }, termOf('exposure', WEAK), termOf('border', WEAK), termOf('text', null, 'not found')]

const share = (count: number, of: number): Proportion => ({ count, of, value: count / of, low: Math.max(0, count / of - 0.06), high: Math.min(1, count / of + 0.05) })
const estimate = (value: number): Estimate => ({ value, low: Math.max(0, value - 0.02), high: Math.min(1, value + 0.015), of: 90 })
const mean = (value: number) => ({ mean: value, low: Math.max(0, value - 0.03), high: value + 0.03, of: 60 })
export const FAKE_CALIBRATION: CalibrationReport = {
  threshold: 0.4, seed: 7, count: 100,
  cues: [['marker', 0.985, 58, 1], ['exposure', 0.86, 40, 9]].map(([cue, auroc, found, alarms]) => ({
    cue: String(cue), strength: 95, model: `${cue}-95.onnx`, cleanModel: `${cue}-0.onnx`, correct: 96, wrongReason: 60, auroc: estimate(Number(auroc)), found: share(Number(found), 60), falseAlarms: share(Number(alarms), 92),
    terms: [{ term: 'markers', auroc: estimate(0.97) }, { term: 'border', auroc: null }], agreement: share(57, 60), supportedWithout: share(1, 40),
    methods: [{ method: 'gradcam', share: mean(0.03) }, { method: 'integrated-gradients', share: mean(0.74) }, { method: 'occlusion', share: null }],
  })),
}
export const FAKE_PLANT: PlantReport = {
  threshold: 0.4, cases: [{ caseId: 1, file: 'north/study-00001.dcm', planted: true, suspicion: 0.72, term: 'corners' }, { caseId: 2, file: 'south/study-00002.dcm', planted: true, suspicion: 0.2, term: 'border' }], failed: [],
  noticed: share(36, 40), falseAlarms: share(1, 40), auroc: estimate(0.97), words: 'With the token and a reliance on it, 36 of 40 cases are accused; without, 1 of 40.',
}
export const FAKE_SUSPECTS: SuspectReport = {
  cases: 60, known: 12, threshold: 0.4, accused: 14, accusedCorrect: share(12, 48), cancelled: false, failed: [{ caseId: 17, file: 'south/study-00017.dcm', error: { code: 'dicom-truncated', message: 'The file ends within the pixel data.' } }],
  first: Array.from({ length: 14 }, (_, i) => ({ caseId: i + 1, file: `north/study-000${String(i + 1).padStart(2, '0')}.dcm`, suspicion: 0.82 - i * 0.04, term: i % 3 ? 'markers' : 'exposure' })),
  byTerm: [{ term: 'markers', label: 'Small high-contrast objects', count: 9 }, { term: 'exposure', label: 'Exposure', count: 5 }],
}
export const FAKE_SPREAD: SpreadReport = {
  caseId: 1, className: 'Pneumonia', cases: [{ caseId: 5, file: 'south/study-00005.dcm', deltaLogit: 2.9, turned: true, controlDeltaLogit: 0.1, controlTurned: false }], failed: [], turned: share(28, 32), controlTurned: share(1, 32), gain: mean(2.7),
  words: 'Pasted into 32 cases of another class, the region turns 28 into Pneumonia; a patch of the same shape from elsewhere in the case turns 1.',
}

const done = (kind: Job['kind'], result: unknown): Job => ({ id: `${kind}-${++jobs}`, kind, title: 'Looking for wrong reasons', state: 'done', done: 1, total: 1, message: '', itemErrors: 0, error: null, result })
let jobs = 0

/** A service that finds a marker: looks, checks with their history, corrections, templates and reports. */
export function causalHandlers(): NonNullable<FakeOptions['handlers']> {
  const kept = new Map<number, CaseEvidence>()
  let templates: ZoneTemplate[] = []
  const of = (caseId: number) => kept.get(caseId) ?? fakeEvidence(caseId)
  return {
    'causal.evidence': ({ caseId }) => of(caseId),
    'causal.check': (request) => {
      const check = { ...fakeCheck(request, request.zone === 'lungs' || request.operation !== 'erase' ? WEAK : STRONG, of(request.caseId).checks.length + 1) }
      kept.set(request.caseId, { ...of(request.caseId), checks: [...of(request.caseId).checks, check] })
      return check
    },
    'causal.checks': ({ caseId }) => of(caseId).checks,
    'causal.picture': () => {
      const record = { caseId: 1, width: 224, height: 224, channels: 3, layout: 'NCHW', affine: { scaleX: 224 / 512, scaleY: 224 / 512, offsetX: 0, offsetY: 0 }, min: -1, max: 1, mean: 0, url: 'bytes/input/1' } as const
      return { before: record, after: { ...record, url: 'bytes/input/2' } }
    },
    'causal.zones': ({ caseId }) => of(caseId).zones,
    'causal.correctZone': ({ caseId, zone, outline }) => {
      const detected = fakeZones().find(({ name }) => name === zone)
      const zones = of(caseId).zones.map((one) => one.name !== zone ? one : outline === null ? detected ?? one : { ...one, outline, source: 'corrected' as const })
      kept.set(caseId, { ...of(caseId), zones })
      return zones
    },
    'causal.templates': () => templates,
    'causal.saveTemplate': (template) => templates = [...templates.filter(({ name }) => name !== template.name), template],
    'causal.removeTemplate': ({ name }) => templates = templates.filter((template) => template.name !== name),
    'causal.suspect': ({ caseIds }) => {
      for (const caseId of caseIds ?? []) kept.set(caseId, { ...of(caseId), suspicion: 0.58, terms: fakeTerms() })
      return done('suspects', caseIds ? { ...FAKE_SUSPECTS, failed: [] } : FAKE_SUSPECTS)
    },
    'causal.spread': () => done('suspects', FAKE_SPREAD),
    'causal.calibrate': () => done('calibration', FAKE_CALIBRATION),
    'causal.plant': () => done('calibration', FAKE_PLANT),
  }
}
