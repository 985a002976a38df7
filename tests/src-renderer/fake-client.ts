import { parseInput, type Client, type EventName, type Events, type MethodName, type Output, type Parsed } from '../../src-main/contract/api.ts'
import { ReviewError } from '../../src-main/contract/errors.ts'
import { Profile, PROFILE_FORMAT } from '../../src-main/contract/profile.ts'
import { NO_FILTER, OUTCOMES, VERDICTS, type AppState, type CaseDetail, type CaseRow, type Job, type ModelInspection, type ProjectInfo, type ProviderInfo, type Settings } from '../../src-main/contract/records.ts'
import { OPERATION_INFOS } from '../../src-main/causal/operations/table.ts'
import { countValues, fakeRow, noise, selectRows } from './fake-rows.ts'

type Handlers = { [K in MethodName]?: (input: Parsed<K>) => Output<K> | Promise<Output<K>> }
export interface FakeOptions { readonly cases?: number; readonly open?: boolean; readonly recent?: boolean; readonly handlers?: Handlers }
export interface FakeClient extends Client {
  readonly calls: { readonly method: MethodName; readonly input: unknown }[]
  emit<E extends EventName>(event: E, payload: Events[E]): void
  handlers: Handlers
  rows: CaseRow[]
}

const LAYERS = [
  { name: '/features/12/Relu_output_0', op: 'Relu', channels: 64, grid: [14, 14] },
  { name: '/features/18/Conv_output_0', op: 'Conv', channels: 128, grid: [7, 7] },
] as const
export const FAKE_PROFILE = Profile.parse({ format: PROFILE_FORMAT, name: 'Demo', input: { width: 224, height: 224 }, values: { scale: 1 / 127.5, mean: [1], std: [1] }, output: { classes: ['Normal', 'Pneumonia'], positiveClass: 1 } })
const PROVIDERS: ProviderInfo[] = [
  { id: 'cuda', name: 'CUDA', state: 'refused', reason: 'No CUDA libraries were found. docs/gpu.md says what to install.', msPerImage: null, maxRelativeError: null },
  { id: 'webgpu', name: 'WebGPU', state: 'refused', reason: 'There is no adapter.', msPerImage: null, maxRelativeError: null },
  { id: 'cpu', name: 'CPU', state: 'in-use', reason: 'Two threads.', msPerImage: 6.4, maxRelativeError: 0 },
]
export const FAKE_INSPECTION: ModelInspection = {
  file: '/models/pneumonia.onnx', sha256: 'a4'.repeat(32), bytes: 9_120_344, opset: 17, producer: 'pytorch 2.4', metadata: {},
  inputs: [{ name: 'input', elementType: 'float32', dims: ['batch', 3, 224, 224] }], outputs: [{ name: 'logits', elementType: 'float32', dims: ['batch', 2] }],
  layers: LAYERS, defaultLayer: LAYERS[1].name, classCount: 2, scoreTensor: 'logits', stepsOver: null,
  operatorsWithoutGradient: [{ op: 'NonMaxSuppression', count: 1, node: 'nms_3' }], profile: FAKE_PROFILE, profileSource: 'guess',
  problems: [{ code: 'no-profile', message: 'There is no profile beside the model. Mean and standard deviation are assumed.' }],
}

/** A service in memory for the screens and their tests; `handlers` replace a method's answer. */
export function createFakeClient({ cases = 60, open = true, recent = true, handlers = {} }: FakeOptions = {}): FakeClient {
  const rows = Array.from({ length: cases }, (_, index) => fakeRow(index + 1))
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  const calls: FakeClient['calls'] = []
  const done: { row: CaseRow; what: string }[] = []
  const undone: { row: CaseRow; what: string }[] = []
  let settings: Settings = { theme: 'dark', reader: 'Dr Reader', provider: null, view: {} }
  let isOpen = open

  const project = (): ProjectInfo => ({
    file: '/projects/demo.rightreason', name: 'Demo', isDemo: true, cases, unreadable: rows.filter(({ status }) => status === 'unreadable').length, studiesFolders: ['/data/studies'], labelsFile: '/data/labels.csv',
    groupColumns: ['ward'], scored: rows.filter(({ predictedClass }) => predictedClass !== null).length, flagged: rows.filter(({ verdict }) => verdict !== null).length,
    model: { file: FAKE_INSPECTION.file, name: 'pneumonia', sha256: FAKE_INSPECTION.sha256, profile: FAKE_PROFILE, profileSha256: 'b'.repeat(64), classes: ['Normal', 'Pneumonia'], layers: LAYERS, defaultLayer: LAYERS[1].name, stepsOver: null, missing: false },
  })
  const state = (): AppState => ({
    version: '0.1.0', shell: 'browser', platform: 'linux x64', project: isOpen ? project() : null, settings, compute: { state: 'running', provider: 'cpu', message: 'CPU: no CUDA libraries; WebGPU has no adapter', restarts: 0 },
    methods: [
      { id: 'gradcam', name: 'Grad-CAM', source: 'Selvaraju et al. 2017', signed: false, resolution: 'layer', cost: 'one run', parameters: [] },
      { id: 'layercam', name: 'LayerCAM', source: 'Jiang et al. 2021', signed: false, resolution: 'layer', cost: 'one run', parameters: [] },
    ],
    exportFormats: [
      { id: 'csv', name: 'CSV table', extension: 'csv', isFolder: false, about: 'One row a case: scores, outcome, flag.' },
      { id: 'json', name: 'JSON', extension: 'json', isFolder: false, about: 'right-reason/review@1, with provenance and maps.' },
      { id: 'npy', name: 'NumPy maps', extension: 'npy', isFolder: true, about: 'One .npy a map, un-normalised.' },
    ],
    presets: [{ id: 'imagenet', name: 'torchvision / ImageNet', profile: Profile.parse({ ...FAKE_PROFILE, name: 'ImageNet', values: { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } }) }],
    projectsFolder: '/projects',
  })
  const find = (id: number) => {
    const row = rows.find((other) => other.id === id)
    if (!row) throw new ReviewError('no-such-case', `There is no case ${id}. Reload the list.`)
    return row
  }
  const detail = (row: CaseRow): CaseDetail => ({
    ...row, studyInstanceUid: '1.2', seriesInstanceUid: '1.3', frames: 1, transferSyntax: 'Explicit VR Little Endian', photometric: 'MONOCHROME2',
    logits: row.predictedClass === null ? null : [0.4, -0.4], probabilities: row.predictedClass === null ? null : [1 - (row.confidence ?? 0), row.confidence ?? 0], runError: null,
    flag: row.verdict === null ? null : { verdict: row.verdict, reasons: row.reasons, note: row.note, region: null, reader: settings.reader, time: row.flaggedAt! }, notices: [], crashes: 0,
  })
  const replace = (row: CaseRow) => {
    rows[rows.findIndex(({ id }) => id === row.id)] = row
    emit('cases', { caseIds: [row.id] })
    emit('project', project())
    return detail(row)
  }
  const change = (row: CaseRow, what: string) => {
    done.push({ row: find(row.id), what })
    undone.length = 0
    return replace(row)
  }
  const job = (kind: Job['kind'], result: unknown): Job => ({ id: `${kind}-1`, kind, title: kind, state: 'running', done: 0, total: 10, message: '', itemErrors: 0, error: null, result })
  const runs = (kind: Job['kind'], result: unknown) => {
    const begun = job(kind, null)
    queueMicrotask(() => emit('job', { ...begun, state: 'done', done: 10, result }))
    return begun
  }
  function emit<E extends EventName>(event: E, payload: Events[E]): void {
    for (const listener of listeners.get(event) ?? []) listener(payload as never)
  }

  const own: Handlers = {
    'app.state': state,
    'app.settings': (next) => {
      settings = { ...settings, ...next }
      return settings
    },
    'files.list': ({ path }) => ({ path: path ?? '/data', parent: '/', shortcuts: [{ name: 'Home', path: '/home' }], entries: [
      { name: 'studies', path: '/data/studies', isFolder: true, bytes: null }, { name: 'labels.csv', path: '/data/labels.csv', isFolder: false, bytes: 2310 }, { name: 'model.onnx', path: '/data/model.onnx', isFolder: false, bytes: 9_120_344 },
    ] }),
    'project.recent': () => recent ? [{ file: '/projects/ward.rightreason', name: 'ward', openedAt: '2026-11-20T09:30:00Z', exists: true }] : [],
    'project.openDemo': () => {
      isOpen = true
      return project()
    },
    'project.open': () => {
      isOpen = true
      return project()
    },
    'project.create': () => {
      isOpen = true
      return project()
    },
    'project.close': () => {
      isOpen = false
      return null
    },
    'project.summary': ({ filter }) => {
      const counted = selectRows(rows, filter, null)
      const number = (test: (row: CaseRow) => boolean) => counted.filter(test).length
      return {
        cases: counted.length, byOutcome: { correct: number((row) => row.outcome === 'correct'), incorrect: number((row) => row.outcome === 'incorrect'), 'unlabelled': 0, 'not-run': number((row) => row.outcome === 'not-run') },
        table: OUTCOMES.flatMap((outcome) => [...VERDICTS, null].map((verdict) => ({ outcome, verdict, count: number((row) => row.outcome === outcome && row.verdict === verdict) }))),
        reasons: [{ reason: 'laterality-marker', count: number((row) => row.reasons.includes('laterality-marker')) }, { reason: 'device', count: number((row) => row.reasons.includes('device')) }],
        accuracy: { count: 48, of: 56, value: 48 / 56, low: 0.743, high: 0.926 }, wrongReasonAmongCorrect: { count: 5, of: 17, value: 5 / 17, low: 0.133, high: 0.531 },
      }
    },
    'import.start': () => runs('import', { folder: '/data/studies', found: 64, added: 60, known: 0, unreadable: 3, notDicomCount: 2, notDicom: ['readme.txt', 'labels.csv'], problems: [{ file: 'south/study-00017.dcm', error: { code: 'dicom-truncated', message: 'The file ends within the pixel data.' } }], cancelled: false }),
    'labels.preview': ({ file }) => ({ file, delimiter: ',', columns: ['file', 'finding', 'ward'], rows: rows.slice(0, 12).map((row) => [row.file, row.label!, row.groups.ward]), rowCount: 60, distinct: { file: [], finding: ['Normal', 'Pneumonia'], ward: ['ICU', 'ER'] }, guess: { join: 'file', joinColumn: 'file', labelColumn: 'finding', classOf: { Normal: 0, Pneumonia: 1 }, groupColumns: ['ward'] } }),
    'labels.match': () => ({ matchedRows: 58, matchedCases: 58, unmatchedRowCount: 2, unmatchedRows: [{ line: 14, key: 'north/other.dcm' }, { line: 31, key: 'study-9.dcm' }], unmatchedCaseCount: 2, unmatchedCases: [{ id: 4, file: 'north/study-00004.dcm' }, { id: 9, file: 'south/study-00009.dcm' }], duplicateRows: [], problems: [] }),
    'labels.apply': () => ({ matchedRows: 58, matchedCases: 58, unmatchedRowCount: 0, unmatchedRows: [], unmatchedCaseCount: 0, unmatchedCases: [], duplicateRows: [], problems: [] }),
    'model.bundled': () => [{ name: 'Demo model', file: '/program/demo-cnn.onnx' }, { name: 'Its clean twin', file: '/program/demo-cnn-clean.onnx' }],
    'model.inspect': () => FAKE_INSPECTION,
    'model.use': () => project(),
    'model.input': ({ caseId }) => ({ caseId, width: 224, height: 224, channels: 3, layout: 'NCHW', affine: { scaleX: 224 / 512, scaleY: 224 / 512, offsetX: 0, offsetY: 0 }, min: -1, max: 1, mean: -0.1204, url: `bytes/input/${caseId}` }),
    'providers.list': () => PROVIDERS,
    'providers.force': () => PROVIDERS,
    'providers.probe': () => runs('providers', PROVIDERS),
    'run.start': () => runs('run', null),
    'attribution.get': ({ caseId }) => ({ id: caseId, caseId, method: 'gradcam', layer: LAYERS[1].name, classIndex: 1, className: 'Pneumonia', grid: [7, 7], signed: false, min: 0, max: 1, noPositiveEvidence: false, inputWidth: 224, inputHeight: 224, affine: { scaleX: 224 / 512, scaleY: 224 / 512, offsetX: 0, offsetY: 0 }, caveat: 'Grad-CAM, 7×7 cells, interpolated; not a segmentation', provider: 'cpu', url: `bytes/map/${caseId}`, elapsedMs: 6, diagnostics: {} }),
    'attribution.prefetch': () => null,
    'attribution.range': () => ({ min: 0, max: 1, p99: 0.9, maps: cases }),
    'cases.page': ({ filter, sort, offset, limit }) => {
      const selected = filter === NO_FILTER && !sort ? rows : selectRows(rows, filter, sort)
      return { rows: selected.slice(offset, offset + limit), total: selected.length }
    },
    'cases.position': ({ filter, sort, caseId }) => {
      const index = selectRows(rows, filter, sort).findIndex(({ id }) => id === caseId)
      return index < 0 ? null : index
    },
    'cases.get': ({ caseId }) => detail(find(caseId)),
    'cases.header': () => [{ tag: '0008,0060', name: 'Modality', vr: 'CS', value: 'DX' }],
    'cases.image': ({ caseId }) => ({ caseId, frameIndex: 0, frameCount: 1, rows: 512, columns: 512, samples: 1, storedType: 'uint8', url: `bytes/image/${caseId}`, grayscale: { modality: { kind: 'linear', slope: 1, intercept: 0 }, unit: '', windows: [{ center: 128, width: 256, function: 'LINEAR', explanation: '' }], luts: [], inverse: false, padding: null, storedRange: { low: 0, high: 255 } }, spacing: { rowMm: 0.2, columnMm: 0.2, source: 'imager' }, pixelAspect: 1, lossy: null, percentiles: { p1: 4, p5: 10, p50: 120, p95: 230, p99: 250 }, notices: [] }),
    'cases.values': ({ column, filter }) => countValues(selectRows(rows, filter, null), column),
    'filters.list': () => [{ id: 1, name: 'Wrong reasons', filter: { ...NO_FILTER, conditions: [{ column: 'verdict', op: 'in', value: ['wrong-reason'] }] }, sort: null }],
    'filters.save': ({ name, filter, sort }) => ({ id: 2, name, filter, sort }),
    'filters.remove': () => null,
    'samples.list': () => [],
    'samples.draw': ({ size, seed, name, stratifyBy }) => ({ id: 1, size, seed, name, stratifyBy, drawnAt: '2026-11-20T09:30:00Z' }),
    'samples.remove': () => null,
    'reviews.flag': ({ caseId, verdict, reasons, note }) => change({ ...find(caseId), verdict, reasons, note, flaggedAt: '2026-11-21T10:00:00Z' }, `flag of case ${caseId}`),
    'reviews.clear': ({ caseId }) => change({ ...find(caseId), verdict: null, reasons: [], note: '', flaggedAt: null }, `removal of the flag of case ${caseId}`),
    'reviews.undo': () => {
      const last = done.pop()
      if (!last) return null
      undone.push({ row: find(last.row.id), what: last.what })
      replace(last.row)
      return { caseId: last.row.id, cases: 1, what: last.what }
    },
    'reviews.redo': () => {
      const last = undone.pop()
      if (!last) return null
      done.push({ row: find(last.row.id), what: last.what })
      replace(last.row)
      return { caseId: last.row.id, cases: 1, what: last.what }
    },
    'export.count': ({ filter }) => ({ cases: selectRows(rows, filter, null).length, flagged: selectRows(rows, filter, null).filter(({ verdict }) => verdict).length, maps: 56 }),
    'export.preview': ({ format, identifiers = 'pseudonym' }) => ({
      format, cases: 60, flagged: 6, maps: 0, files: 1, fields: ['file', 'label', 'verdict'], identifiers: [{ what: 'Patient ID, accession number', treatment: identifiers === 'plain' ? 'kept' : 'replaced', as: 'a pseudonym of this project' }],
      warnings: identifiers === 'plain' ? ['The export names patients. Keep it where the studies themselves may be kept.'] : [],
    }),
    'export.start': ({ out }) => runs('export', { path: out, files: 1 }),
    'jobs.list': () => [],
    'receiver.state': () => ({ listening: null, folder: null, received: 0, refused: 0, lastProblem: null }),
    'jobs.cancel': () => null,
    'causal.operations': () => OPERATION_INFOS,
    'causal.evidence': ({ caseId }) => ({ caseId, suspicion: null, terms: [], zones: [], checks: [] }),
    'causal.templates': () => [],
  }
  const fake: FakeClient = {
    calls, emit, handlers, rows,
    async call(method, input) {
      const parsed = parseInput(method, input === undefined ? {} : JSON.parse(JSON.stringify(input)))
      calls.push({ method, input: parsed })
      const handler = fake.handlers[method] ?? own[method]
      if (!handler) throw new ReviewError('not-ready', `The fake service lacks '${method}'.`)
      return handler(parsed as never) as never
    },
    async bytes(url) {
      const id = Number(url.split('/').at(-1))
      if (url.includes('/map/')) return Float32Array.from({ length: 49 }, (_, i) => Math.max(0, Math.cos((i % 7) - 2) * Math.cos(Math.floor(i / 7) - 4))).buffer
      if (url.includes('/input/')) return Float32Array.from({ length: 3 * 224 * 224 }, (_, i) => shade(i % 224 / 224, Math.floor(i % 50176 / 224) / 224, id) * 2 - 1).buffer
      return Uint8Array.from({ length: 512 * 512 }, (_, i) => 255 * shade(i % 512 / 512, Math.floor(i / 512) / 512, id)).buffer
    },
    on(event, listener) {
      const all = listeners.get(event) ?? new Set()
      listeners.set(event, all.add(listener as (payload: never) => void))
      return () => { all.delete(listener as (payload: never) => void) }
    },
  }
  return fake
}

/** Something with lungs, 0 … 1. */
function shade(x: number, y: number, id: number): number {
  const lung = (cx: number) => Math.exp(-(((x - cx) / 0.13) ** 2 + ((y - 0.45) / 0.27) ** 2) * 1.4)
  return Math.min(1, Math.max(0, 0.75 - 0.6 * (lung(0.3) + lung(0.7)) - 0.4 * Math.max(0, Math.abs(x - 0.5) * 2 - 0.85) * 6 + 0.05 * Math.sin(y * 60) + 0.04 * noise(Math.floor(x * 4096) + id, Math.floor(y * 4096))))
}
