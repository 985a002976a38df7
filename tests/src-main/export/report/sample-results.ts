import type { Kappa, Results } from '../../../../src-main/contract/protocol.ts'
import { NO_FILTER } from '../../../../src-main/contract/records.ts'
import { proportion } from '../../../../src-main/statistics/proportion.ts'
import { sampleSource } from '../sample-source.ts'
import type { ReportFacts } from '../../../../src-main/export/report/facts.ts'

export const kappa = (value: number | null, change: Partial<Kappa> = {}): Kappa => ({ value, low: value === null ? null : value - 0.1, high: value === null ? null : value + 0.1, standardError: 0.05, why: value === null ? 'both say one thing only' : '', agreement: proportion(40, 50), ...change })
const row = (value: string | null, count: number, of: number) => ({ value, sample: proportion(count, of), population: { value: count / of, low: 0.05, high: 0.4, of, uncovered: 0 }, amongCorrect: proportion(count, of) })

export function sampleResults(change: Partial<Results> = {}): Results {
  return {
    plan: {
      id: 1, uid: 'c'.repeat(64), name: 'First review', filter: { ...NO_FILTER, text: 'Mustermann', conditions: [{ column: 'view', op: 'in', value: ['PA', 'AP'] }, { column: 'patientId', op: 'is', value: 'PAT-SECRET' }] }, seed: 7, population: 400, size: 50,
      stratify: { column: 'outcome', edges: [], allocation: 'equal' }, strata: [{ name: 'correct', population: 300, sampled: 25 }, { name: 'incorrect', population: 100, sampled: 25 }],
      secondLook: 0.1, secondLooks: 5, hidden: ['prediction', 'label', 'map'], model: { name: 'model.onnx', sha256: 'm'.repeat(64), profileSha256: 'f'.repeat(64) }, madeBy: 'Ada Long', madeAt: '2026-11-20T08:00:00.000Z',
    },
    reader: null, readers: ['Ada Long', 'Ben Short'], cases: 50, read: 48, open: 2,
    overall: row(null, 12, 48),
    byVerdict: [{ verdict: 'right-reason', sample: proportion(20, 48) }, { verdict: 'wrong-reason', sample: proportion(12, 48) }, { verdict: 'wrong', sample: proportion(14, 48) }, { verdict: 'unsure', sample: proportion(2, 48) }],
    tables: [{ column: 'outcome', title: 'Outcome', rows: [row('correct', 10, 25), row('incorrect', 2, 23)] }, { column: 'group:site', title: 'site', rows: [row('A', 8, 20), row('B', 4, 28), row(null, 0, 1)] }],
    byReason: [{ reason: 'laterality-marker', sample: proportion(9, 48)! }, { reason: 'device', sample: proportion(4, 48)! }],
    byReader: [{ reader: 'Ada Long', row: row('Ada Long', 12, 48), secondsPerCase: 21 }, { reader: 'Ben Short', row: row('Ben Short', 14, 48), secondsPerCase: null }],
    pairs: [{ a: 'Ada Long', b: 'Ben Short', counts: [[18, 2, 0, 0], [1, 11, 0, 0], [1, 1, 12, 0], [0, 0, 0, 2]], kappa: kappa(0.72) }],
    fleiss: { ...kappa(0.72), cases: 48, readers: 2 },
    selves: [{ a: 'Ada Long, first', b: 'Ada Long, second', counts: [[3, 0, 0, 0], [0, 2, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], kappa: kappa(null) }],
    outcomes: { 'correct': 25, 'incorrect': 25, 'unlabelled': 0, 'not-run': 0 },
    notes: ['48 of the 50 cases of the sample have a verdict.'],
    ...change,
  }
}

export const sampleFacts = (change: Partial<ReportFacts> = {}): ReportFacts => ({ results: sampleResults(), classes: ['normal', 'pneumonia'], provenance: sampleSource([]).provenance, settings: { plain: false, noExamples: '' }, examples: [], patterns: null, ...change })
