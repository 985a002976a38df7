import type { CaseRow, Filter, Outcome, ReasonCode, Sort, Verdict } from '../../src-main/contract/records.ts'

const MAKERS = ['Siemens', 'GE', 'Philips', 'Agfa']
const SITES = ['North', 'South']
const CLASSES = ['Normal', 'Pneumonia']

/** A repeatable number 0 … 1 of two whole numbers. */
export function noise(a: number, b: number): number {
  let x = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 7, 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d)
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39)
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32
}

/** Case `id` of a made-up project: every 17th cannot be read, the rest is labelled, scored and in part flagged. */
export function fakeRow(id: number): CaseRow {
  const unreadable = id % 17 === 0
  const labelClass = noise(id, 1) < 0.4 ? 1 : 0
  const predictedClass = noise(id, 2) < 0.85 ? labelClass : 1 - labelClass
  const outcome: Outcome = unreadable ? 'not-run' : predictedClass === labelClass ? 'correct' : 'incorrect'
  const flagged = !unreadable && noise(id, 3) < 0.35
  const verdict: Verdict | null = !flagged ? null : outcome === 'incorrect' ? 'wrong' : noise(id, 4) < 0.3 ? 'wrong-reason' : noise(id, 4) < 0.4 ? 'unsure' : 'right-reason'
  const reasons: ReasonCode[] = verdict === 'wrong-reason' ? [noise(id, 5) < 0.6 ? 'laterality-marker' : 'device'] : []
  return {
    id, file: `${SITES[id % 2].toLowerCase()}/study-${String(id).padStart(5, '0')}.dcm`, sopInstanceUid: `1.2.826.0.1.3680043.10.1.${id}`, patientId: `P${1000 + id}`, accession: `A${id}`,
    modality: 'DX', sex: noise(id, 6) < 0.5 ? 'F' : 'M', ageYears: Math.round(18 + noise(id, 7) * 70), manufacturer: MAKERS[Math.floor(noise(id, 8) * 4)], modelName: 'X1', station: `R${id % 3}`,
    institution: SITES[id % 2], view: noise(id, 9) < 0.7 ? 'PA' : 'AP', bodyPart: 'CHEST', rows: unreadable ? null : 2048, columns: unreadable ? null : 2048,
    label: CLASSES[labelClass], labelClass, predictedClass: unreadable ? null : predictedClass, confidence: unreadable ? null : 0.5 + noise(id, 10) / 2, outcome, verdict, reasons, note: '',
    flaggedAt: flagged ? '2026-11-20T09:30:00Z' : null, suspicion: null, suspectTerm: '', status: unreadable ? 'unreadable' : 'ready',
    error: unreadable ? { code: 'dicom-truncated', message: 'The file ends within the pixel data. Copy it again from where it came.' } : null,
    runError: null, groups: { ward: id % 3 === 0 ? 'ICU' : 'ER' },
  }
}

function valueOf(row: CaseRow, column: string): string | number | null {
  if (column.startsWith('group:')) return row.groups[column.slice(6)] ?? null
  const value = row[column as keyof CaseRow]
  return Array.isArray(value) ? value.join(',') || null : value as string | number | null
}

type Test = (value: string | number | null, wanted: unknown) => boolean
const TESTS: Readonly<Record<string, Test>> = {
  'is': (value, wanted) => value === wanted,
  'is-not': (value, wanted) => value !== wanted,
  'in': (value, wanted) => (wanted as unknown[]).includes(value),
  'contains': (value, wanted) => String(value ?? '').includes(String(wanted)),
  'less': (value, wanted) => value !== null && Number(value) < Number(wanted),
  'at-most': (value, wanted) => value !== null && Number(value) <= Number(wanted),
  'more': (value, wanted) => value !== null && Number(value) > Number(wanted),
  'at-least': (value, wanted) => value !== null && Number(value) >= Number(wanted),
  'empty': (value) => value === null || value === '',
  'not-empty': (value) => value !== null && value !== '',
}

export function selectRows(rows: readonly CaseRow[], filter: Filter, sort: Sort | null): CaseRow[] {
  const fitting = rows.filter((row) => (filter.text === '' || `${row.file} ${row.patientId} ${row.label} ${row.note}`.toLowerCase().includes(filter.text.toLowerCase()))
    && (filter.sampleId === null || row.id % 10 === filter.sampleId % 10)
    && filter.conditions.every(({ column, op, value }) => TESTS[op](valueOf(row, column), value)))
  if (!sort) return fitting
  const sign = sort.descending ? -1 : 1
  return fitting.sort((a, b) => {
    const [x, y] = [valueOf(a, sort.column), valueOf(b, sort.column)]
    return sign * (x === y ? a.id - b.id : x === null ? 1 : y === null ? -1 : x < y ? -1 : 1)
  })
}

export function countValues(rows: readonly CaseRow[], column: string): { value: string | number | null; count: number }[] {
  const counts = new Map<string | number | null, number>()
  for (const row of rows) counts.set(valueOf(row, column), (counts.get(valueOf(row, column)) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count).slice(0, 200)
}
