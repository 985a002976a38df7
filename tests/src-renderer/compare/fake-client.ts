import type { Client, Events, EventName, Input, MethodName } from '../../../src-main/contract/api.ts'
import { ReviewError } from '../../../src-main/contract/errors.ts'
import type { AppState, AttributionRecord, AttributionRequest, CaseDetail, CaseRow, Flag, ImageRecord, InputRecord, MethodInfo, ProjectInfo } from '../../../src-main/contract/records.ts'
import { Profile } from '../../../src-main/contract/profile.ts'

/** What may be asked of the fake service: its size, and what goes wrong. */
export interface FakeOptions { readonly columns?: number; readonly rows?: number; readonly cases?: number; readonly withModel?: boolean; readonly theme?: 'dark' | 'light'; readonly view?: Record<string, unknown> }

const METHODS: readonly MethodInfo[] = [
  { id: 'gradcam', name: 'Grad-CAM', source: 'Selvaraju et al. 2017, eq. 1 and 2', signed: false, resolution: 'layer', cost: 'one run', parameters: [] },
  { id: 'integrated-gradients', name: 'Integrated gradients', source: 'Sundararajan et al. 2017', signed: true, resolution: 'input', cost: '50 runs', parameters: [
    { name: 'steps', label: 'Steps', kind: 'integer', default: 50, min: 2, max: 500 }, { name: 'baseline', label: 'Baseline', kind: 'choice', default: 'black', choices: ['black', 'mean', 'blur'] }] },
]
const CLASSES = ['Normal', 'Pneumonia']
/** Cases with something out of the ordinary, by id. */
export const SPECIAL = { noEvidence: 3, unreadable: 4, runError: 5, colour: 6, multiFrame: 7, crop: 8, unlabelled: 9 } as const

/** A service in memory: a drawn chest with a marker in a corner, maps that fall on lung or marker, flags with undo. */
export function fakeClient({ columns = 2500, rows = 3000, cases = 12, withModel = true, theme = 'dark', view = {} }: FakeOptions = {}) {
  const calls: { method: MethodName; input: unknown }[] = []
  const flags = new Map<number, Flag>()
  const undone: (() => { caseId: number; cases: number; what: string })[] = []
  const listeners = new Map<string, Set<(payload: never) => void>>()
  const bytes = new Map<string, () => ArrayBuffer>()

  const profile = Profile.parse({ format: 'right-reason/profile@1', input: { width: 224, height: 224 }, output: { classes: CLASSES } })
  const model: ProjectInfo['model'] = !withModel ? null : {
    file: '/models/pneumonia.onnx', name: 'pneumonia', sha256: 'aa', profile, profileSha256: 'bb', classes: CLASSES, defaultLayer: 'features.18', stepsOver: 'softmax', missing: false,
    layers: [{ name: 'blocks.12', op: 'Add', channels: 96, grid: [14, 14] }, { name: 'features.18', op: 'Relu', channels: 1280, grid: [7, 7] }],
  }
  const project: ProjectInfo = { file: '/demo.rr', name: 'Demo', isDemo: true, cases, unreadable: 1, studiesFolders: ['/studies'], labelsFile: null, groupColumns: ['site'], model, scored: cases, flagged: 0 }
  const state: AppState = {
    version: '0.1.0', shell: 'browser', platform: 'linux', project, settings: { theme, reader: 'Reader', provider: null, view }, compute: { state: 'idle', provider: 'cpu', message: 'CPU', restarts: 0 },
    methods: METHODS, exportFormats: [], presets: [], projectsFolder: '/projects',
  }

  function detail(id: number): CaseDetail {
    const positive = id % 2 === 0
    const p = positive ? 0.93 : 0.18
    const unreadable = id === SPECIAL.unreadable
    const unlabelled = id === SPECIAL.unlabelled
    const wrong = id % 5 === 0
    const labelClass = unlabelled ? null : Number(positive !== wrong)
    const flag = flags.get(id) ?? null
    return {
      id, file: `site-a/study-${String(id).padStart(3, '0')}.dcm`, sopInstanceUid: `2.25.${id}`, patientId: `P${id}`, accession: '', modality: 'DX', sex: id % 3 ? 'F' : 'M', ageYears: 40 + id, manufacturer: 'Acme', modelName: 'DR-9',
      station: 'ROOM2', institution: 'North Hospital', view: 'PA', bodyPart: 'CHEST', rows, columns, label: labelClass === null ? null : CLASSES[labelClass], labelClass,
      predictedClass: withModel && !unreadable ? Number(positive) : null, confidence: withModel && !unreadable ? Math.max(p, 1 - p) : null,
      outcome: !withModel || unreadable ? 'not-run' : unlabelled ? 'unlabelled' : wrong ? 'incorrect' : 'correct', verdict: flag?.verdict ?? null, reasons: flag?.reasons ?? [], note: flag?.note ?? '', flaggedAt: flag?.time ?? null,
      suspicion: null, suspectTerm: '', status: unreadable ? 'unreadable' : 'ready', error: unreadable ? { code: 'pixel-data-damaged', message: 'The image data ends before its end marker. Copy the file again from its source.' } : null, groups: { site: 'North' },
      studyInstanceUid: '2.25.1', seriesInstanceUid: '2.25.2', frames: id === SPECIAL.multiFrame ? 5 : 1, transferSyntax: 'JPEG 2000 lossless', photometric: id === SPECIAL.colour ? 'RGB' : 'MONOCHROME2',
      logits: withModel && !unreadable ? [Math.log(1 - p), Math.log(p)] : null, probabilities: withModel && !unreadable ? [1 - p, p] : null,
      runError: id === SPECIAL.runError ? { code: 'non-finite', message: 'The model produced NaN for this image. Check the profile’s scale and offset.' } : null, flag,
      notices: id === SPECIAL.colour ? [{ code: 'colour', message: 'A colour image: the model gets its luminance.' }] : [], crashes: id === SPECIAL.runError ? 1 : 0,
    }
  }
  const row = (id: number): CaseRow => detail(id)

  function image(caseId: number, frameIndex: number): ImageRecord {
    if (caseId === SPECIAL.unreadable) throw new ReviewError('pixel-data-damaged', 'The image data ends before its end marker. Copy the file again from its source.')
    const samples = caseId === SPECIAL.colour ? 3 : 1
    const url = `bytes/image/${caseId}/${frameIndex}`
    bytes.set(url, () => samples === 1 ? phantom(columns, rows, caseId + frameIndex * 7).buffer as ArrayBuffer : colourPhantom(columns, rows).buffer as ArrayBuffer)
    return {
      caseId, frameIndex, frameCount: caseId === SPECIAL.multiFrame ? 5 : 1, rows, columns, samples, storedType: samples === 1 ? 'uint16' : 'uint8', url,
      grayscale: samples === 3 ? null : {
        modality: { kind: 'linear', slope: 1, intercept: 0 }, unit: 'US', luts: [], inverse: false, padding: null, storedRange: { low: 0, high: 4095 },
        windows: [{ center: 2048, width: 3600, function: 'LINEAR', explanation: 'NORMAL' }, { center: 1500, width: 2000, function: 'SIGMOID', explanation: 'HARDER' }],
      },
      spacing: { rowMm: 0.14, columnMm: 0.14, source: 'imager' }, pixelAspect: 1, lossy: caseId === 2 ? { ratio: 12, method: 'JPEG' } : null,
      percentiles: { p1: 200, p5: 500, p50: 1900, p95: 3300, p99: 3600 }, notices: [],
    }
  }
  const affineOf = (caseId: number) => {
    if (caseId !== SPECIAL.crop) return { scaleX: 224 / columns, scaleY: 224 / rows, offsetX: 0, offsetY: 0 }
    const side = Math.min(columns, rows)
    return { scaleX: 224 / side, scaleY: 224 / side, offsetX: -(columns - side) / 2 * 224 / side, offsetY: -(rows - side) / 2 * 224 / side }
  }
  function attribution(caseId: number, request: AttributionRequest): AttributionRecord {
    if (caseId === SPECIAL.unreadable) throw new ReviewError('pixel-data-damaged', 'The image data ends before its end marker.')
    if (caseId === SPECIAL.runError) throw new ReviewError('non-finite', 'The model produced NaN for this image. Check the profile’s scale and offset.')
    const signed = request.method !== 'gradcam'
    const grid: [number, number] = signed ? [224, 224] : request.layer === 'blocks.12' ? [14, 14] : [7, 7]
    const values = heat(grid, caseId, signed, caseId === SPECIAL.noEvidence && !signed)
    const { predictedClass, labelClass } = detail(caseId)
    const classIndex = request.classIndex === 'predicted' ? predictedClass ?? 0 : request.classIndex === 'label' ? labelClass ?? 0 : typeof request.classIndex === 'object' ? request.classIndex.index : request.classIndex
    const url = `bytes/map/${caseId}/${JSON.stringify(request)}`
    bytes.set(url, () => values.buffer as ArrayBuffer)
    const name = METHODS.find((method) => method.id === request.method)!.name
    return {
      id: caseId, caseId, method: request.method, layer: signed ? null : request.layer ?? 'features.18', classIndex, className: CLASSES[classIndex], grid, signed, min: Math.min(...values), max: Math.max(...values),
      noPositiveEvidence: Math.max(...values) <= 0, inputWidth: 224, inputHeight: 224, affine: affineOf(caseId), caveat: `${name}, ${grid.join('×')} cells, interpolated; not a segmentation`, provider: 'cpu', url, elapsedMs: 34.2,
      diagnostics: signed ? { convergenceDelta: 0.0123 } : {},
    }
  }
  function input(caseId: number): InputRecord {
    const url = `bytes/input/${caseId}`
    const { scaleX, scaleY, offsetX, offsetY } = affineOf(caseId)
    bytes.set(url, () => {
      const stored = phantom(columns, rows, caseId)
      const values = new Float32Array(3 * 224 * 224)
      for (let y = 0; y < 224; y++) for (let x = 0; x < 224; x++) for (let c = 0; c < 3; c++) values[(c * 224 + y) * 224 + x] = stored[Math.floor((y + 0.5 - offsetY) / scaleY) * columns + Math.floor((x + 0.5 - offsetX) / scaleX)] / 2047.5 - 1
      return values.buffer as ArrayBuffer
    })
    return { caseId, width: 224, height: 224, channels: 3, layout: 'NCHW', affine: affineOf(caseId), min: -1, max: 1, mean: 0.1, url }
  }

  const answers: { [K in MethodName]?: (input: Input<K> & Record<string, never>) => unknown } = {}
  const on = <K extends MethodName>(method: K, answer: (input: NonNullable<Input<K>>) => unknown) => { answers[method] = answer as never }
  const emit = <E extends EventName>(event: E, payload: Events[E]) => { for (const listener of listeners.get(event) ?? []) listener(payload as never) }
  function setFlag(caseId: number, next: Flag | null): void {
    const before = flags.get(caseId) ?? null
    if (next) flags.set(caseId, next)
    else flags.delete(caseId)
    undone.push(() => {
      if (before) flags.set(caseId, before)
      else flags.delete(caseId)
      return { caseId, cases: 1, what: `flag of case ${caseId}` }
    })
    emit('cases', { caseIds: [caseId] })
  }
  let clock = 0

  on('app.state', () => state)
  on('app.settings', () => state.settings)
  on('project.recent', () => [])
  on('providers.list', () => [])
  on('jobs.list', () => [])
  on('filters.list', () => [])
  on('samples.list', () => [])
  on('cases.page', ({ offset = 0, limit = 100 }) => ({ rows: Array.from({ length: Math.max(0, Math.min(limit, cases - offset)) }, (_, i) => row(offset + i + 1)), total: cases }))
  on('cases.position', ({ caseId }) => caseId - 1)
  on('cases.get', ({ caseId }) => detail(caseId))
  on('cases.image', ({ caseId, frameIndex = 0 }) => image(caseId, frameIndex))
  on('cases.header', () => [{ tag: '(0008,0060)', name: 'Modality', vr: 'CS', value: 'DX' }, { tag: '(0008,0070)', name: 'Manufacturer', vr: 'LO', value: 'Acme' }, { tag: '(0028,1050)', name: 'Window Center', vr: 'DS', value: '2048' }])
  on('attribution.get', ({ caseId, request }) => attribution(caseId, request as AttributionRequest))
  on('attribution.prefetch', () => null)
  on('causal.operations', () => [])
  on('causal.evidence', ({ caseId }) => ({ caseId, suspicion: null, terms: [], zones: [], checks: [] }))
  on('causal.templates', () => [])
  on('attribution.range', () => ({ min: -0.01, max: 0.09, p99: 0.05, maps: cases }))
  on('model.input', ({ caseId }) => input(caseId))
  on('reviews.flag', ({ caseId, verdict, reasons = [], note = '', region = null }) => {
    setFlag(caseId, { verdict, reasons, note, region, reader: 'Reader', time: new Date(++clock).toISOString() })
    return detail(caseId)
  })
  on('reviews.clear', ({ caseId }) => {
    setFlag(caseId, null)
    return detail(caseId)
  })
  on('reviews.undo', () => {
    const result = undone.pop()?.() ?? null
    if (result) emit('cases', { caseIds: [result.caseId] })
    return result
  })

  const client: Client = {
    async call(method, given) {
      calls.push({ method, input: given })
      const answer = answers[method]
      if (!answer) throw new ReviewError('not-ready', `The fake service has no '${method}'.`)
      return answer((given ?? {}) as never) as never
    },
    async bytes(url) {
      const make = bytes.get(url)
      if (!make) throw new ReviewError('bad-request', `No bytes at ${url}.`)
      return make()
    },
    on(event, listener) {
      const known = listeners.get(event) ?? new Set()
      listeners.set(event, known)
      known.add(listener as never)
      return () => { known.delete(listener as never) }
    },
  }
  return { client, calls, flags, detail, emit }
}

/** A frontal chest in 12 bits: body, lungs, ribs, heart, and an 'L' in the corner. */
export function phantom(columns: number, rows: number, seed: number): Uint16Array {
  const pixels = new Uint16Array(columns * rows)
  const shift = (seed % 5 - 2) * 0.012
  for (let row = 0; row < rows; row++) {
    const y = row / rows
    for (let column = 0; column < columns; column++) {
      const x = column / columns - 0.5 - shift
      const body = (x / 0.46) ** 2 + ((y - 0.62) / 0.6) ** 2 < 1
      let value = body ? 2700 - 500 * Math.abs(x) : 180
      const lung = Math.max(0, 1 - ((Math.abs(x) - 0.2) / 0.145) ** 2 - ((y - 0.45) / 0.3) ** 2)
      if (lung > 0) value -= 1700 * Math.min(1, lung * 4) + 160 * Math.sin(y * 62 + Math.abs(x) * 14) * Math.min(1, lung * 5)
      const heart = 1 - ((x - 0.045) / 0.125) ** 2 - ((y - 0.6) / 0.15) ** 2
      if (heart > 0) value += 700 * Math.min(1, heart * 3)
      if (Math.abs(x) < 0.03) value += 380 + 120 * Math.sin(y * 90)
      if (y > 0.06 && y < 0.12 && Math.abs(x - 0.38) < 0.02 && (x - 0.38 < -0.01 || y > 0.107)) value = 3900
      pixels[row * columns + column] = Math.max(0, Math.min(4095, value + ((column * 7919 + row * 104729 + seed) % 97) - 48))
    }
  }
  return pixels
}

function colourPhantom(columns: number, rows: number): Uint8Array {
  const grey = phantom(columns, rows, 1)
  const pixels = new Uint8Array(columns * rows * 3)
  for (let i = 0; i < grey.length; i++) pixels.set([grey[i] >> 4, grey[i] >> 5, (grey[i] >> 4) * 0.8], i * 3)
  return pixels
}

/** Evidence on the right lower lung of even cases, on the marker of odd ones. */
export function heat([height, width]: readonly [number, number], caseId: number, signed: boolean, none: boolean): Float32Array {
  const [centreX, centreY] = caseId % 2 === 0 ? [0.28, 0.58] : [0.86, 0.1]
  return Float32Array.from({ length: height * width }, (_, i) => {
    const x = (i % width + 0.5) / width
    const y = (Math.floor(i / width) + 0.5) / height
    const bump = Math.exp(-(((x - centreX) / 0.16) ** 2) - ((y - centreY) / 0.16) ** 2) * 0.062
    if (none) return -0.004 - bump
    if (!signed) return Math.max(0, bump + 0.012 * Math.exp(-(((x - 0.7) / 0.12) ** 2) - ((y - 0.5) / 0.2) ** 2) - 0.001)
    return bump * Math.sin(i * 0.7) * 0.4 + bump * 0.5 - 0.03 * Math.exp(-(((x - 0.6) / 0.1) ** 2) - ((y - 0.7) / 0.1) ** 2)
  })
}
