import type { Auroc, HeadersRequest, ProbeResult } from '../contract/patterns.ts'
import { auroc } from '../statistics/auroc.ts'
import { crossValidatedAuroc } from '../statistics/cross-validated.ts'
import { logistic, predictor } from '../statistics/logistic.ts'
import { ascending } from '../statistics/ranks.ts'
import type { CodedColumn } from './clusters.ts'
import { patientFolds, ranksWithin } from './folds.ts'
import { drawn } from './silhouette.ts'
import type { CaseTable } from './types.ts'
import { project } from './vectors.ts'
import type { FeatureStack } from './vectors.ts'

const MOST_CASES = 2000
const MOST_FEATURES = 48
const MOST_LEVELS = 6
const LEAST_CASES = 20
const L2 = 1

/**
 * Which fields a linear model reads off the image model's own features (Alain & Bengio 2017), each frequent value against all others, cross-validated by patient. Features are projected
 * at random to 48 and cases drawn to 2,000: what is found is there, what is not may still be.
 */
export function probeFeatures(features: FeatureStack, cases: CaseTable, columns: readonly CodedColumn[], { folds, seed }: HeadersRequest, onProgress: (share: number) => void): ProbeResult[] {
  const chosen = drawn(features.rows.length, MOST_CASES, seed)
  const rows = chosen.map((place) => features.rows[place])
  const predictors = standardisedColumns(features, chosen, seed)
  const patients = Int32Array.from(rows, (row) => cases.patients[row])
  return columns.map(({ column, levels, codes }, place): ProbeResult => {
    const counts = new Map<number, number>()
    for (const row of rows) counts.set(codes[row], (counts.get(codes[row]) ?? 0) + 1)
    const frequent = [...counts].filter(([, count]) => count >= LEAST_CASES && rows.length - count >= LEAST_CASES).sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MOST_LEVELS)
    const told = frequent.flatMap(([code, count]) => {
      const is = Uint8Array.from(rows, (row) => Number(codes[row] === code))
      const found = crossValidated(predictors, is, patients, folds, seed)
      return found ? [{ value: levels[code], auroc: found, count }] : []
    })
    onProgress((place + 1) / columns.length)
    const total = told.reduce((sum, { count }) => sum + count, 0)
    return {
      column, auroc: total > 0 ? told.reduce((sum, { auroc: { value }, count }) => sum + value * count, 0) / total : 0.5,
      levels: told.map(({ value, auroc: area }) => ({ value, auroc: area })),
      note: total > 0 ? '' : counts.size < 2 ? 'All of these cases have the same value.' : `No value has ${LEAST_CASES} cases on either side.`,
    }
  })
}

function standardisedColumns({ values, size }: FeatureStack, chosen: readonly number[], seed: number): Float64Array[] {
  const packed = new Float32Array(chosen.length * size)
  chosen.forEach((place, i) => packed.set(values.subarray(place * size, (place + 1) * size), i * size))
  const width = Math.min(size, MOST_FEATURES)
  const reduced = size > MOST_FEATURES ? project(packed, chosen.length, size, MOST_FEATURES, seed) : packed
  return Array.from({ length: width }, (_, d) => {
    const column = Float64Array.from(chosen, (_, i) => reduced[i * width + d])
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length
    const sd = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length)
    return column.map((value) => sd > 0 ? (value - mean) / sd : 0)
  })
}

function crossValidated(predictors: readonly Float64Array[], is: Uint8Array, patients: Int32Array, folds: number, seed: number): Auroc | null {
  const folded = patientFolds(patients, is, folds, seed)
  const raw = new Float64Array(is.length)
  for (let fold = 0; fold < folds; fold++) {
    const within = (wanted: boolean) => Array.from(folded, (_, row) => row).filter((row) => (folded[row] === fold) === wanted)
    const [test, train] = [within(true), within(false)]
    if (test.length === 0 || train.length === 0) continue
    const at = (rows: number[]) => predictors.map((column) => Float64Array.from(rows, (row) => column[row]))
    const fit = logistic(at(train), Uint8Array.from(train, (row) => is[row]), { l2: L2 })
    if (!fit) return null
    const scores = predictor(at(test), fit.coefficients, test.length)
    test.forEach((row, i) => { raw[row] = scores[i] })
  }
  const scores = ranksWithin(raw, folded, folds)
  const plain = auroc(scores, is, ascending(scores), patients)
  return plain && crossValidatedAuroc(plain, folds)
}
