import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { api } from '../../src-main/contract/api.ts'
import type { MethodName } from '../../src-main/contract/api.ts'
import type { ErrorCode } from '../../src-main/contract/errors.ts'
import type { Job } from '../../src-main/contract/records.ts'
import { tinyProfile } from '../fixtures/compute.ts'
import { tinyClassifier, TINY_LAYER } from '../fixtures/onnx/tiny-classifier.ts'
import { serviceBench } from '../fixtures/service.ts'
import type { Bench } from '../fixtures/service.ts'
import { writeStudy } from '../fixtures/study-files.ts'
import { CALLERS } from './callers.ts'
import type { Caller } from './callers.ts'

/** Where the cases' files lie. */
interface Place { readonly project: string; readonly other: string; readonly studies: string; readonly model: string; readonly labels: string; readonly flags: string; readonly sites: string; readonly gone: string; readonly out: string; readonly demo: string }

interface Case {
  readonly input?: (place: Place) => unknown
  /** what a caller gets, by a matcher */
  readonly gives: unknown
  readonly refused: { readonly input: (place: Place) => unknown; readonly code: ErrorCode }
  /** the method starts a job, whose end is waited for */
  readonly job?: Job['state']
  /** what has to be called first, and what puts things back */
  readonly before?: (place: Place) => readonly (readonly [MethodName, unknown])[]
  readonly after?: (place: Place) => readonly (readonly [MethodName, unknown])[]
}

const GRADCAM = { method: 'gradcam' }
const profile = tinyProfile({ output: { classes: ['a', 'b', 'c'] } })
const nonsense = { input: () => 42, code: 'bad-request' } as const
const REGION = { kind: 'rectangle', x: 2, y: 2, width: 4, height: 4 }
const noCase = (more: object = {}) => ({ input: () => ({ caseId: 999, ...more }), code: 'no-such-case' }) as const
const badFilter = (more: object = {}) => ({ input: () => ({ filter: { conditions: [{ column: 'group:none', op: 'empty' }] }, ...more }), code: 'bad-filter' }) as const
const noPlan = (more: object = { planId: 99 }) => ({ input: () => more, code: 'no-such-plan' }) as const
/** a case that the plan of seed 1 draws from the three */
const PLANNED = 2
/** another reader's copy of the project that is open */
const copied = (project: string, other: string): string => {
  for (const part of ['', '-wal']) copyFileSync(`${project}${part}`, `${other}.copy${part}`)
  return `${other}.copy`
}
let salvaged = 0
const mapping = { join: 'file', joinColumn: 'file', labelColumn: 'label', classOf: { a: 0 } }
const flagMapping = { join: 'file', joinColumn: 'image', verdictColumn: 'verdict', verdictOf: { shortcut: 'wrong-reason' }, reader: 'Tool' }
const reopen = ({ project }: Place) => [['project.open', { file: project }]] as const

const CASES: Readonly<Record<MethodName, Case>> = {
  'app.state': { gives: { shell: 'browser', version: '0.1.0-test', project: { cases: 3 }, settings: { theme: expect.any(String) as string }, methods: expect.arrayContaining([expect.objectContaining({ id: 'gradcam' })]) as unknown, exportFormats: expect.arrayContaining([expect.objectContaining({ id: 'csv' })]) as unknown, presets: expect.arrayContaining([expect.objectContaining({ id: 'torchvision' })]) as unknown }, refused: nonsense },
  'app.settings': { input: () => ({ theme: 'light' }), gives: { theme: 'light' }, refused: { input: () => ({ theme: 'pink' }), code: 'bad-request' } },

  'files.pick': { input: () => ({ what: 'model' }), gives: undefined, refused: { input: () => ({ what: 'model' }), code: 'not-allowed' } },
  'files.list': { input: ({ studies }) => ({ path: studies }), gives: { entries: expect.arrayContaining([expect.objectContaining({ name: '1.dcm' })]) as unknown }, refused: { input: ({ gone }) => ({ path: gone }), code: 'file-not-found' } },

  'project.create': { input: ({ other }) => ({ file: other }), gives: { cases: 0, isDemo: false, model: null }, refused: { input: ({ labels }) => ({ file: labels }), code: 'file-unwritable' }, after: reopen },
  'project.open': { input: ({ project }) => ({ file: project }), gives: { cases: 3, unreadable: 0, model: { name: 'tiny.onnx', missing: false } }, refused: { input: ({ labels }) => ({ file: labels }), code: 'not-a-project' } },
  'project.openDemo': { gives: undefined, refused: { input: () => ({}), code: 'file-not-found' }, after: reopen },
  'project.close': { gives: null, refused: nonsense, after: reopen },
  'project.recent': { gives: expect.arrayContaining([expect.objectContaining({ name: 'p', exists: true })]) as unknown, refused: nonsense },
  'project.salvage': { input: ({ project, other }) => ({ file: copied(project, other), out: `${other}.saved-${salvaged++}` }), gives: { cases: 3, flags: expect.any(Number) as number, tables: expect.arrayContaining([{ name: 'cases', rows: 3, damaged: false }]) as unknown }, refused: { input: ({ gone, other }) => ({ file: gone, out: other }), code: 'file-not-found' } },
  'project.summary': { gives: { cases: 3, byOutcome: expect.any(Object) as object }, refused: badFilter() },

  'import.start': { input: ({ studies }) => ({ folder: studies }), job: 'done', gives: { found: 3, added: 0, known: 3 }, refused: { input: () => ({ folder: '' }), code: 'bad-request' } },
  'import.receive': { gives: { id: expect.any(String) as string, folder: expect.stringContaining('p.files') as string }, refused: nonsense },
  'dicomweb.search': { gives: undefined, refused: { input: () => ({ server: { url: 'http://user:password@localhost/' }, query: {} }), code: 'bad-request' } },
  'dicomweb.retrieve': { gives: undefined, refused: { input: () => ({ server: { url: 'http://localhost/' }, studies: ['../1.2'] }), code: 'bad-request' } },
  'receiver.start': { gives: undefined, refused: { input: () => ({ aet: 'LONGER THAN SIXTEEN' }), code: 'bad-request' } },
  'receiver.stop': { gives: { listening: null, received: 0 }, refused: nonsense },
  'receiver.state': { gives: { listening: null }, refused: nonsense },
  'labels.preview': { input: ({ labels }) => ({ file: labels }), gives: { columns: ['file', 'label'], rowCount: 2, guess: { join: 'file', labelColumn: 'label' } }, refused: { input: ({ gone }) => ({ file: gone }), code: 'file-not-found' } },
  'labels.match': { input: ({ labels }) => ({ file: labels, mapping }), gives: { matchedRows: 1, unmatchedRowCount: 1, unmatchedCaseCount: 2 }, refused: { input: ({ labels }) => ({ file: labels, mapping: { ...mapping, labelColumn: 'no' } }), code: 'labels-missing-column' } },
  'labels.apply': { input: ({ labels }) => ({ file: labels, mapping }), gives: { matchedCases: 1 }, refused: { input: ({ labels }) => ({ file: labels, mapping: { ...mapping, joinColumn: 'no' } }), code: 'labels-missing-column' } },

  'model.bundled': { gives: [], refused: nonsense },
  'model.inspect': { input: ({ model }) => ({ file: model }), gives: { defaultLayer: TINY_LAYER, classCount: 3, profileSource: 'project' }, refused: { input: ({ labels }) => ({ file: labels }), code: 'not-onnx' } },
  'model.instrument': { input: ({ model }) => ({ file: model, layers: [TINY_LAYER], inputGradient: true, out: `${model}.instrumented.onnx`, overwrite: true }), gives: { seed: 'right_reason/seed', classes: 3 }, refused: { input: ({ model }) => ({ file: model, out: model }), code: 'file-unwritable' } },
  'model.use': { input: ({ model }) => ({ file: model, profile }), gives: { model: { classes: ['a', 'b', 'c'], defaultLayer: TINY_LAYER } }, refused: { input: ({ model }) => ({ file: model, profile: { ...profile, layer: 'none' } }), code: 'no-such-layer' } },
  'model.input': { input: () => ({ caseId: 1 }), gives: { width: 16, height: 16, channels: 3, url: expect.stringMatching(/^bytes\/input\//) as string }, refused: noCase() },
  'model.checkGradients': { input: () => ({ caseId: 1 }), gives: expect.arrayContaining([expect.objectContaining({ direction: expect.any(Number) as number, analytic: expect.any(Number) as number })]) as unknown, refused: noCase() },

  'providers.list': { gives: expect.arrayContaining([expect.objectContaining({ id: 'cpu' })]) as unknown, refused: nonsense },
  'providers.probe': { job: 'done', gives: expect.arrayContaining([expect.objectContaining({ id: 'cpu', msPerImage: expect.any(Number) as number })]) as unknown, refused: nonsense },
  'providers.force': { input: () => ({ provider: 'cpu' }), gives: expect.arrayContaining([expect.objectContaining({ id: 'cpu', state: 'in-use' })]) as unknown, refused: { input: () => ({ provider: 'dml' }), code: 'provider-unavailable' }, after: () => [['providers.force', { provider: null }]] },

  'run.start': { input: () => ({ attribution: GRADCAM, features: true }), job: 'done', gives: { failed: 0 }, refused: { input: () => ({ attribution: { method: 'none' } }), code: 'unknown-method' } },
  'attribution.get': { input: () => ({ caseId: 1, request: GRADCAM }), gives: { caseId: 1, method: 'gradcam', layer: TINY_LAYER, grid: [8, 8] }, refused: noCase({ request: GRADCAM }) },
  'attribution.prefetch': { input: () => ({ caseIds: [2], request: GRADCAM }), gives: null, refused: { input: () => ({ caseIds: Array.from({ length: 21 }, (_, index) => index + 1), request: GRADCAM }), code: 'bad-request' } },
  'attribution.range': { input: () => ({ request: GRADCAM }), before: () => [['attribution.get', { caseId: 1, request: GRADCAM }]], gives: { maps: expect.any(Number) as number }, refused: { input: () => ({ request: { ...GRADCAM, layer: 'none' } }), code: 'no-such-layer' } },

  'evidence.metrics': { gives: expect.arrayContaining([expect.objectContaining({ id: 'deletion', better: 'lower', source: expect.any(String) as string })]) as unknown, refused: nonsense },
  'evidence.faithfulness': { input: () => ({ attribution: GRADCAM, metrics: ['insertion'], caseIds: [1], parameters: { insertion: { steps: 4, draws: 2 } } }), job: 'done', gives: [{ metric: { id: 'insertion' }, parameters: { steps: 4, draws: 2, seed: 1 }, cases: [{ caseId: 1, file: '1.dcm', value: expect.any(Number) as number, control: { values: [expect.any(Number), expect.any(Number)] } }], failed: [] }], refused: { input: () => ({ attribution: GRADCAM, metrics: ['none'] }), code: 'bad-parameter' } },
  'evidence.randomisation': { input: () => ({ attribution: GRADCAM, sample: 2, points: 2, draws: 1 }), job: 'done', gives: { layers: 3, draws: 1, points: [{ depth: 1, layer: 'logits' }, { depth: 3, layer: 'conv_first' }], words: expect.stringMatching(/^The map/) as string }, refused: badFilter({ attribution: GRADCAM }) },

  'patterns.subgroups': { input: () => ({ by: { columns: ['modality'] } }), before: ({ labels }) => [['labels.apply', { file: labels, mapping }]], gives: { positive: { chosen: 'rarest' }, overall: { n: 3 }, groups: [{ key: 'modality=CR', n: 3, isBelowMinimum: true }], worst: null }, refused: badFilter({ by: { columns: ['modality'] } }) },
  'patterns.maps': { input: () => ({ by: { columns: ['group:site'] }, attribution: GRADCAM, minimum: 2, permutations: 99 }), before: ({ sites }) => [['labels.apply', { file: sites, mapping: { join: 'file', joinColumn: 'file', groupColumns: ['site'] } }], ...[1, 2, 3].map((caseId) => ['attribution.get', { caseId, request: GRADCAM }] as const)], job: 'done', gives: { grid: [8, 8], nativeGrids: [{ grid: [8, 8], maps: 3 }], groups: [{ name: 'A', units: 2 }, { name: 'B', units: 1, isBelowMinimum: true }], differences: [] }, refused: { input: () => ({ by: { columns: ['modality'] }, attribution: { ...GRADCAM, layer: 'none' } }), code: 'no-such-layer' } },
  'patterns.clusters': { input: () => ({ attribution: GRADCAM }), before: () => [1, 2, 3].map((caseId) => ['attribution.get', { caseId, request: GRADCAM }] as const), job: 'failed', gives: null, refused: { input: () => ({ attribution: { ...GRADCAM, layer: 'none' } }), code: 'no-such-layer' } },
  'patterns.headers': { job: 'failed', gives: null, refused: { input: () => ({ positive: 99 }), code: 'no-such-class' } },
  'patterns.exposure': { input: () => ({ bins: 4 }), job: 'done', gives: { cases: 3, failed: 0, rows: [{ statistic: 'mean', edges: [expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)] }, {}, {}, {}, { statistic: 'aspect', withScore: null }] }, refused: { input: () => ({ positive: 99 }), code: 'no-such-class' } },
  'patterns.values': { gives: undefined, refused: { input: () => ({ id: 999, column: 'sex' }), code: 'no-such-run' } },
  'patterns.similar': { input: () => ({ caseId: 1, attribution: GRADCAM }), before: () => [1, 2, 3].map((caseId) => ['attribution.get', { caseId, request: GRADCAM }] as const), gives: { of: 'maps', cases: [{ caseId: expect.any(Number) as number, cosine: expect.any(Number) as number }, {}] }, refused: noCase({ attribution: GRADCAM }) },
  'patterns.kept': { before: () => [['patterns.subgroups', { by: { columns: ['sex'] } }]], gives: expect.arrayContaining([expect.objectContaining({ kind: 'subgroups' })]) as unknown, refused: nonsense },
  'patterns.report': { input: () => ({ id: 1 }), before: () => [['patterns.subgroups', { by: { columns: ['modality'] } }]], gives: { groups: expect.any(Array) as unknown }, refused: { input: () => ({ id: 999 }), code: 'no-such-run' } },
  'causal.operations': { gives: expect.arrayContaining([expect.objectContaining({ id: 'erase', needsRegion: true, control: expect.any(String) as string })]) as unknown, refused: nonsense },
  'causal.check': { input: () => ({ caseId: 1, region: REGION, controls: 6 }), gives: { caseId: 1, operation: 'erase', region: REGION, controls: expect.any(Array) as unknown, deltaLogit: expect.any(Number) as number, verdict: expect.any(String) as string, flips: expect.any(Boolean) as boolean }, refused: { input: () => ({ caseId: 1, region: { ...REGION, x: 4000 } }), code: 'bad-parameter' } },
  'causal.checks': { input: () => ({ caseId: 1 }), gives: [{ operation: 'erase' }], refused: noCase() },
  'causal.picture': { input: () => ({ checkId: 1 }), gives: { before: { width: 16, url: expect.stringMatching(/^bytes\/input\//) as string }, after: { width: 16 } }, refused: { input: () => ({ checkId: 999 }), code: 'bad-request' } },
  'causal.zones': { input: () => ({ caseId: 1 }), gives: expect.arrayContaining([expect.objectContaining({ name: 'border', source: 'detected' })]) as unknown, refused: noCase() },
  'causal.correctZone': { input: () => ({ caseId: 1, zone: 'markers', outline: [[[1, 1], [3, 1], [3, 3]]] }), gives: expect.arrayContaining([expect.objectContaining({ name: 'markers', source: 'corrected' })]) as unknown, refused: noCase({ zone: 'markers', outline: null }) },
  'causal.templates': { gives: [], refused: nonsense },
  'causal.saveTemplate': { input: () => ({ name: 'tag', outline: [[[0, 0], [0.2, 0], [0.2, 0.2]]] }), gives: [{ name: 'tag', frame: 'image', cue: true }], refused: { input: () => ({ name: 'tag', outline: [] }), code: 'bad-request' } },
  'causal.removeTemplate': { input: () => ({ name: 'tag' }), gives: [], refused: { input: () => ({ name: 'none' }), code: 'bad-parameter' } },
  'causal.evidence': { input: () => ({ caseId: 1 }), gives: { caseId: 1, suspicion: null, checks: [{ operation: 'erase' }] }, refused: noCase() },
  'causal.suspect': { input: () => ({}), job: 'done', gives: { cases: 3, known: 0, failed: [], cancelled: false }, refused: badFilter() },
  'causal.spread': { gives: undefined, refused: noCase({ region: REGION }) },
  'causal.calibrate': { gives: undefined, refused: { input: () => ({ count: 0 }), code: 'bad-request' } },
  'causal.plant': { gives: undefined, refused: { input: () => ({ sample: 0 }), code: 'bad-request' } },

  'cases.page': { input: () => ({ sort: { column: 'file' }, offset: 1, limit: 1 }), gives: { total: 3, rows: [{ file: '2.dcm' }] }, refused: badFilter() },
  'cases.position': { input: () => ({ caseId: 3, sort: { column: 'file', descending: true } }), gives: 0, refused: badFilter({ caseId: 1 }) },
  'cases.get': { input: () => ({ caseId: 1 }), gives: { id: 1, sopInstanceUid: '1.2.1', frames: 1 }, refused: noCase() },
  'cases.header': { input: () => ({ caseId: 1 }), gives: expect.arrayContaining([expect.objectContaining({ tag: '(0008,0018)', value: '1.2.1' })]) as unknown, refused: noCase() },
  'cases.image': { input: () => ({ caseId: 1 }), gives: { rows: 20, columns: 20, storedType: 'uint8', url: expect.stringMatching(/^bytes\/image\/1\/0/) as string }, refused: { input: () => ({ caseId: 1, frameIndex: 5 }), code: 'no-such-frame' } },
  'cases.values': { input: () => ({ column: 'modality' }), gives: [{ value: 'CR', count: 3 }], refused: { input: () => ({ column: 'no such column' }), code: 'bad-request' } },

  'filters.list': { gives: expect.any(Array) as unknown, refused: nonsense },
  'filters.save': { input: () => ({ name: 'Mine', filter: { text: 'x' } }), gives: { name: 'Mine', filter: { text: 'x' } }, refused: { input: () => ({ name: '  ' }), code: 'bad-request' } },
  'filters.remove': { input: () => ({ id: 1 }), before: () => [['filters.save', { name: 'Mine' }]], gives: null, refused: { input: () => ({ id: 999 }), code: 'bad-filter' } },

  'samples.draw': { input: () => ({ size: 2, seed: 7 }), gives: { size: 2, seed: 7 }, refused: { input: () => ({ size: 2, filter: { text: 'nothing has this' } }), code: 'bad-filter' } },
  'samples.keep': { input: () => ({ caseIds: [1, 3, 3], name: 'Lasso' }), gives: { name: 'Lasso', size: 2 }, refused: { input: () => ({ caseIds: [1, 999], name: 'Lasso' }), code: 'no-such-case' } },
  'samples.list': { gives: expect.any(Array) as unknown, refused: nonsense },
  'samples.remove': { input: () => ({ id: 1 }), before: () => [['samples.draw', { size: 1 }]], gives: null, refused: { input: () => ({ id: 999 }), code: 'bad-filter' } },

  'reviews.flag': { input: () => ({ caseId: 1, verdict: 'wrong-reason', reasons: ['device'] }), gives: { id: 1, verdict: 'wrong-reason', flag: { reasons: ['device'], note: '' } }, refused: noCase({ verdict: 'unsure' }) },
  'reviews.flagAll': { input: () => ({ caseIds: [1, 2, 3], verdict: 'unsure', overwrite: true }), gives: { flagged: 3, kept: 0 }, refused: { input: () => ({ caseIds: [1, 999], verdict: 'unsure' }), code: 'no-such-case' } },
  'reviews.clear': { input: () => ({ caseId: 1 }), gives: { id: 1, flag: null }, refused: noCase() },
  'reviews.undo': { before: () => [['reviews.flag', { caseId: 2, verdict: 'unsure' }]], gives: { caseId: 2, cases: 1 }, refused: nonsense },
  'reviews.redo': { before: () => [['reviews.flag', { caseId: 2, verdict: 'wrong' }], ['reviews.undo', {}]], gives: { caseId: 2 }, refused: nonsense },

  'plans.size': { input: () => ({ width: 0.2 }), gives: { size: 3, population: 3, unlimited: expect.any(Number) as number }, refused: badFilter({ width: 0.2 }) },
  'plans.make': { input: () => ({ size: 2, name: 'Mine' }), gives: { id: 1, name: 'Mine', size: 2, population: 3, strata: [{ population: 3, sampled: 2 }], uid: expect.stringMatching(/^[0-9a-f]{64}$/) as string }, refused: { input: () => ({ size: 2 }), code: 'bad-filter' } },
  'plans.list': { gives: [{ id: 1 }], refused: nonsense },
  'plans.remove': { input: () => ({ id: 2 }), before: () => [['plans.make', { size: 2, seed: 9 }]], gives: null, refused: noPlan({ id: 99 }) },
  'plans.progress': { input: () => ({ planId: 1 }), gives: [], refused: noPlan() },
  'plans.next': { input: () => ({ planId: 1 }), before: () => [['app.settings', { reader: 'Reader' }]], gives: { position: 0, of: 2, hidden: ['prediction', 'label', 'map'], answer: null, flag: null, detail: { predictedClass: null, label: null, outcome: 'not-run' } }, refused: noPlan() },
  'plans.item': { input: () => ({ planId: 1, position: 1 }), gives: { position: 1 }, refused: { input: () => ({ planId: 1, position: 2 }), code: 'no-such-case' } },
  'plans.answer': { input: () => ({ planId: 1, caseId: PLANNED, classIndex: 1, seen: [{ what: 'image', atMs: 0 }] }), gives: { hidden: [], answer: { classIndex: 1 } }, refused: { input: () => ({ planId: 1, caseId: PLANNED, classIndex: 2 }), code: 'not-allowed' } },
  'plans.judge': { input: () => ({ planId: 1, caseId: PLANNED, verdict: 'wrong-reason', elapsedMs: 1500 }), gives: { flag: { verdict: 'wrong-reason', reader: 'Reader' } }, refused: { input: () => ({ planId: 1, caseId: 999, verdict: 'wrong' }), code: 'no-such-case' } },
  'plans.readings': { input: () => ({ planId: 1 }), gives: [{ caseId: PLANNED, reader: 'Reader', pass: 'first', verdict: 'wrong-reason', answer: { classIndex: 1 }, elapsedMs: 1500 }], refused: noPlan() },
  'plans.conflicts': { input: () => ({ planId: 1 }), gives: [], refused: noPlan() },
  'results.get': { input: () => ({ planId: 1 }), gives: { cases: 2, read: 1, readers: ['Reader'], overall: { sample: { count: 1, of: 1 } } }, refused: noPlan() },
  'readings.merge': { input: ({ project, other }) => ({ file: copied(project, other) }), job: 'done', gives: { readings: 0, plans: 0, conflicts: [] }, refused: { input: ({ gone }) => ({ file: gone }), code: 'file-not-found' } },
  'models.list': { gives: [{ id: 1, name: 'tiny.onnx', inUse: true }], refused: nonsense },
  'models.use': { input: () => ({ id: 1 }), gives: { model: { name: 'tiny.onnx' } }, refused: { input: () => ({ id: 99 }), code: 'no-such-model' } },
  'models.compare': { input: () => ({ before: 1, after: 1, attribution: GRADCAM }), gives: { before: { id: 1 }, counts: { 'fixed': 0 }, rows: expect.any(Array) as unknown }, refused: { input: () => ({ before: 1, after: 99 }), code: 'no-such-model' } },
  'models.attribution': { input: () => ({ modelId: 1, caseId: 1, request: GRADCAM }), gives: { caseId: 1, layer: TINY_LAYER }, refused: { input: () => ({ modelId: 99, caseId: 1, request: GRADCAM }), code: 'no-such-model' } },
  'audit.page': { input: () => ({ limit: 1000 }), gives: { entries: expect.arrayContaining([expect.objectContaining({ action: 'plan' }), expect.objectContaining({ action: 'flag', before: null, after: expect.objectContaining({ verdict: 'wrong-reason' }) as unknown })]) as unknown }, refused: { input: () => ({ limit: 0 }), code: 'bad-request' } },

  'export.count': { gives: { cases: 3 }, refused: badFilter() },
  'export.preview': { input: () => ({ format: 'png', identifiers: 'plain' }), gives: { format: 'png', cases: 3, files: expect.any(Number) as number, fields: expect.arrayContaining(['file']) as unknown, warnings: expect.arrayContaining([expect.stringContaining('names patients')]) as unknown }, refused: { input: () => ({ format: 'papyrus' }), code: 'unknown-format' } },
  'export.start': { input: ({ out }) => ({ format: 'csv', out, overwrite: true }), job: 'done', gives: { files: 1, path: expect.any(String) as string }, refused: { input: ({ out }) => ({ format: 'papyrus', out }), code: 'unknown-format' } },

  'export.audit': { input: ({ out }) => ({ format: 'csv', out: `${out}.audit.csv`, overwrite: true }), job: 'done', gives: { files: 1, entries: expect.any(Number) as number }, refused: { input: ({ out }) => ({ format: 'xml', out }), code: 'bad-request' } },
  'flags.preview': { input: ({ flags }) => ({ file: flags }), gives: { kind: 'table', rowCount: 2, guess: { join: 'file', joinColumn: 'image', verdictColumn: 'verdict', verdictOf: { shortcut: 'wrong-reason' } } }, refused: { input: ({ gone }) => ({ file: gone }), code: 'file-not-found' } },
  'flags.match': { input: ({ flags }) => ({ file: flags, mapping: flagMapping }), gives: { flags: 2, added: 1, unmatchedCount: 1, applied: false }, refused: { input: ({ flags }) => ({ file: flags }), code: 'bad-parameter' } },
  'flags.import': { input: ({ flags }) => ({ file: flags, mapping: flagMapping }), gives: { added: 1, applied: true, readers: ['Tool'] }, refused: { input: ({ flags }) => ({ file: flags, mapping: { ...flagMapping, verdictColumn: 'none' } }), code: 'bad-parameter' } },

  'report.make': { input: ({ out }) => ({ planId: 1, out: `${out}.html`, overwrite: true }), job: 'done', gives: { files: 1, examples: 0, path: expect.stringMatching(/\.html$/) as string }, refused: noPlan({ planId: 99, out: 'out.html' }) },

  'jobs.list': { gives: expect.any(Array) as unknown, refused: nonsense },
  'jobs.cancel': { input: () => ({ id: '' }), gives: null, refused: { input: () => ({ id: 'none' }), code: 'bad-request' } },
}
/** what this shell or this installation does not have: only refused here; `pick` is tested with the desktop shell, the demo with its resources, points with more cases than these, servers with a server */
const ONLY_REFUSED: ReadonlySet<MethodName> = new Set(['files.pick', 'project.openDemo', 'dicomweb.search', 'dicomweb.retrieve', 'receiver.start', 'causal.spread', 'causal.calibrate', 'causal.plant', 'patterns.values'])

test('every method of the contract has its cases, and none has cases without a method', () => {
  expect(Object.keys(CASES).sort()).toEqual(Object.keys(api).sort())
})

describe.each(Object.keys(CALLERS))('a caller %s', (name) => {
  let bench: Bench
  let caller: Caller
  let place: Place

  beforeAll(async () => {
    const empty = serviceBench()
    await empty.close()
    bench = serviceBench({ resourcesFolder: join(empty.folder, 'no-resources') })
    caller = CALLERS[name]!(bench.service)
    const at = (...parts: string[]) => join(bench.folder, ...parts)
    place = { project: at('p.rightreason'), other: at('q.rightreason'), studies: at('studies'), model: at('tiny.onnx'), labels: at('labels.csv'), flags: at('flags.csv'), sites: at('sites.csv'), gone: at('gone'), out: at('out.csv'), demo: at('demo') }
    mkdirSync(place.studies)
    for (let index = 1; index <= 3; index++) writeStudy(join(place.studies, `${index}.dcm`), { uid: `1.2.${index}`, seed: index })
    writeFileSync(place.model, tinyClassifier())
    writeFileSync(place.sites, 'file,site\n1.dcm,A\n2.dcm,A\n3.dcm,B\n')
    writeFileSync(place.flags, 'image,verdict\n3.dcm,shortcut\n9.dcm,shortcut\n')
    writeFileSync(place.labels, 'file,label\n1.dcm,a\n9.dcm,b\n')
    await bench.call('project.create', { file: place.project })
    await bench.job('import.start', { folder: place.studies })
    await bench.call('model.use', { file: place.model, profile })
  })
  afterAll(async () => {
    caller.close()
    await bench.close()
  })

  const valueOf = async (method: string, input: unknown): Promise<unknown> => {
    const answer = await caller.call(method, input)
    if ('error' in answer) throw new Error(`${method}: ${answer.error.code}: ${answer.error.message}`)
    return answer.value
  }

  test.each((Object.keys(CASES) as MethodName[]).filter((method) => !ONLY_REFUSED.has(method)))('gets %s', async (method) => {
    const { input, gives, job, before, after } = CASES[method]
    for (const [first, with_] of before?.(place) ?? []) await valueOf(first, with_)
    let wanted = input?.(place) ?? {}
    if (method === 'jobs.cancel') wanted = { id: (await valueOf('jobs.list', {}) as Job[])[0]!.id }
    if (method === 'patterns.report') wanted = { id: (await valueOf('patterns.kept', {}) as { id: number }[])[0]!.id }
    if (method === 'filters.remove' || method === 'samples.remove') wanted = { id: (await valueOf(method.replace('remove', 'list'), {}) as { id: number }[]).at(-1)!.id }
    let value = await valueOf(method, wanted)
    if (job !== undefined) {
      const { id } = value as Job
      const ended = async (): Promise<Job> => {
        const found = (await valueOf('jobs.list', {}) as Job[]).find((entry) => entry.id === id)!
        return found.state === 'running' ? new Promise((resolve) => setImmediate(() => resolve(ended()))) : found
      }
      const end = await ended()
      expect(end).toMatchObject({ state: job })
      value = end.result
    }
    if (gives !== null && typeof gives === 'object' && !('asymmetricMatch' in gives)) expect(value).toMatchObject(gives)
    else expect(value).toEqual(gives)
    for (const [last, with_] of after?.(place) ?? []) await valueOf(last, with_)
  })

  test.each(Object.keys(CASES) as MethodName[])('is refused %s', async (method) => {
    const { refused, after } = CASES[method]
    const answer = await caller.call(method, refused.input(place))
    expect(answer).toMatchObject({ error: { code: refused.code, message: expect.stringMatching(/\S/) as string } })
    for (const [last, with_] of after?.(place) ?? []) await valueOf(last, with_)
  })

  test('is refused what needs a project while none is open', async () => {
    await valueOf('project.close', {})
    for (const [method, input] of [['cases.page', {}], ['run.start', { attribution: null }], ['reviews.undo', {}], ['export.count', {}], ['import.start', { folder: place.studies }]] as const) {
      expect(await caller.call(method, input)).toMatchObject({ error: { code: 'not-ready' } })
    }
    await valueOf('project.open', { file: place.project })
  })
})
