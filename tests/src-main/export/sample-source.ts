import type { SourceImage } from '../../../src-main/contract/interchange.ts'
import type { CaseEvidence } from '../../../src-main/contract/causal.ts'
import type { CaseDetail } from '../../../src-main/contract/records.ts'
import { Profile } from '../../../src-main/contract/profile.ts'
import type { ExportAttribution, ExportCase, ExportOptions, ExportSource, Pseudonymiser } from '../../../src-main/export/types.ts'

export const pseudonymiser: Pseudonymiser = {
  patientId: (plain) => plain === '' ? '' : `P-${plain.length}`,
  accession: (plain) => plain === '' ? '' : `A-${plain.length}`,
  uid: (plain) => plain === '' ? '' : `2.25.${plain.length}`,
  reader: (plain) => plain === '' ? '' : `R-${plain.length}`,
}

export function sampleCase(change: Partial<CaseDetail> = {}): CaseDetail {
  return {
    id: 1, file: 'site-a/0001.dcm', sopInstanceUid: '1.2.3.4', studyInstanceUid: '1.2.3', seriesInstanceUid: '1.2.3.9', patientId: 'PAT-SECRET', accession: 'ACC-SECRET',
    modality: 'DX', sex: 'F', ageYears: 61, manufacturer: 'Maker', modelName: 'Model', station: 'S1', institution: 'Site A', view: 'PA', bodyPart: 'CHEST',
    rows: 60, columns: 40, label: 'pneumonia', labelClass: 1, predictedClass: 0, confidence: 0.9, outcome: 'incorrect', verdict: 'wrong-reason',
    reasons: ['laterality-marker', 'border'], note: 'the marker', flaggedAt: '2026-11-23T10:00:00.000Z', suspicion: 0.62, suspectTerm: 'markers', status: 'ready', error: null, groups: { site: 'A' },
    frames: 1, transferSyntax: '1.2.840.10008.1.2.1', photometric: 'MONOCHROME2', logits: [2.2, -0.1], probabilities: [0.9, 0.1], runError: null,
    flag: { verdict: 'wrong-reason', reasons: ['laterality-marker', 'border'], note: 'the marker', region: { kind: 'rectangle', x: 1, y: 2, width: 3, height: 4 }, reader: 'R. Eader', time: '2026-11-23T10:00:00.000Z' },
    notices: [{ code: 'lossy', message: 'Lossy compression 10:1.' }], crashes: 0, ...change,
  }
}

export function sampleMap(change: Partial<ExportAttribution> = {}): ExportAttribution {
  return {
    method: 'gradcam', layer: 'features/last', classIndex: 0, className: 'normal', grid: [2, 3], signed: false, min: 0, max: 0.1, noPositiveEvidence: false,
    inputWidth: 30, inputHeight: 20, affine: { scaleX: 0.75, scaleY: 1 / 3, offsetX: 0, offsetY: 0 }, caveat: 'Grad-CAM, 2×3 cells, interpolated; not a segmentation',
    provider: 'cpu', diagnostics: {}, parameters: {}, methodName: 'Grad-CAM', computedAt: '2026-11-22T09:00:00.500Z', values: Float32Array.of(0, 0.1, 0.05, 0.03, 0, 0.07), ...change,
  }
}

export function sampleImage(change: Partial<SourceImage> = {}): SourceImage {
  return {
    sopClassUid: '1.2.840.10008.5.1.4.1.1.1.1', sopInstanceUid: '1.2.3.4', studyInstanceUid: '1.2.3', seriesInstanceUid: '1.2.3.9', frameOfReferenceUid: '', positionReference: '', patientName: 'SECRET^NAME',
    patientId: 'PAT-SECRET', birthDate: '19500101', sex: 'F', studyDate: '20200102', studyTime: '101112', studyId: 'ST-SECRET', accession: 'ACC-SECRET', modality: 'DX', bodyPart: 'CHEST', laterality: 'U', frames: 1,
    position: [], orientation: [], spacing: { rowMm: 0.2, columnMm: 0.1, source: 'imager' }, lossy: null, ...change,
  }
}

const PROVENANCE = { pixelSha256: 'p'.repeat(64), modelSha256: 'm'.repeat(64), profileSha256: 'f'.repeat(64), provider: 'cpu', version: '0.1.0' } as const

const ANSWER = { logits: [2.2, -0.1], probabilities: [0.9, 0.1], predicted: 0, margin: 2.3 }
const EFFECT = { deltaLogit: -3, controls: [-0.1, 0, 0.1, 0.2], share: 1.2, score: 9, rank: 0, flips: true, controlFlips: 0, verdict: 'supported' } as const
const MARKERS = { name: 'markers', label: 'Small high-contrast objects', cue: true, outline: [[[1, 2], [4, 2], [4, 6]]], confidence: 0.7, source: 'detected', area: 0.01 } as const

export const EVIDENCE: CaseEvidence = {
  caseId: 1, suspicion: 0.52,
  terms: [{ term: 'markers', label: 'Small high-contrast objects', value: 0.52, effect: EFFECT, region: { kind: 'rectangle', x: 440, y: 30, width: 36, height: 40 }, mass: 0.2, area: 0.01, note: '' }, { term: 'text', label: 'Text', value: 0, effect: null, region: null, mass: null, area: 0, note: 'not found' }],
  zones: [{ ...MARKERS, mass: 0.2, effect: EFFECT }],
  checks: [{
    ...EFFECT, id: 4, caseId: 1, operation: 'erase', parameters: {}, region: { kind: 'rectangle', x: 1, y: 2, width: 3, height: 4 }, zone: null, donorCaseId: null, seed: 1, classIndex: 0, className: 'normal',
    before: ANSWER, after: { ...ANSWER, predicted: 1 }, words: 'Supported.', reader: 'R. Eader', time: '2026-11-23T10:00:00.000Z',
  }],
}

export function exportCase(detail: Partial<CaseDetail> = {}, attributions: readonly ExportAttribution[] = [sampleMap()]): ExportCase {
  return { detail: sampleCase(detail), attributions, evidence: EVIDENCE, provenance: PROVENANCE }
}

/** A source of these cases with a grey ramp as every picture. */
export function sampleSource(cases: readonly ExportCase[]): ExportSource & { asked: { maps: boolean }[] } {
  const asked: { maps: boolean }[] = []
  return {
    asked,
    total: cases.length,
    groupColumns: ['site'],
    provenance: {
      program: 'right-reason', version: '0.1.0', project: 'sample',
      model: {
        file: 'model.onnx', sha256: 'm'.repeat(64), classes: ['normal', 'pneumonia'], defaultLayer: 'features/last', profileSha256: 'f'.repeat(64),
        layers: [{ name: 'features/last', op: 'Conv', channels: 8, grid: [2, 3] }], profile: Profile.parse({ format: 'right-reason/profile@1', input: { width: 30, height: 20 } }),
      },
    },
    async *cases({ maps, signal }) {
      asked.push({ maps })
      for (const row of cases) {
        signal?.throwIfAborted()
        yield maps ? row : { ...row, attributions: [] }
      }
    },
    async deidentified(caseId) { return { bytes: Uint8Array.of(caseId), textLines: 0 } },
    async sourceImage(caseId) { return sampleImage({ sopInstanceUid: `1.2.3.4${caseId === 1 ? '' : `.${caseId}`}` }) },
    async picture() {
      return {
        rows: 60, columns: 40, samples: 1, bitsStored: 8, stored: Uint8Array.from({ length: 2400 }, (_, at) => (at % 40) * 6), pixelAspect: 1, textWarning: null,
        grayscale: { modality: { kind: 'linear', slope: 1, intercept: 0 }, unit: '', windows: [], luts: [], inverse: false, padding: null, storedRange: { low: 0, high: 234 } },
      }
    },
  }
}

export const exportOptions = (out: string, change: Partial<ExportOptions> = {}): ExportOptions => ({ out, identifiers: 'pseudonym', pseudonymiser, overwrite: false, ...change })
