import { uniform } from '../tensor/random.ts'

/**
 * Fold of each row for cross-validation in which a patient is never on both sides: patients in random order, those with a positive first, dealt out one by one. A row without a patient
 * is a patient by itself.
 */
export function patientFolds(patients: ArrayLike<number>, isPositive: ArrayLike<number>, folds: number, seed: number): Uint8Array {
  const random = uniform(seed)
  const ofPatient = new Map<number, number[]>()
  for (let row = 0; row < patients.length; row++) {
    const key = patients[row] >= 0 ? patients[row] : -1 - row
    const known = ofPatient.get(key)
    if (known) known.push(row)
    else ofPatient.set(key, [row])
  }
  const groups = [...ofPatient.values()].map((rows) => ({ rows, place: random(), hasPositive: rows.some((row) => isPositive[row]) }))
  groups.sort((a, b) => Number(b.hasPositive) - Number(a.hasPositive) || a.place - b.place)
  const of = new Uint8Array(patients.length)
  groups.forEach(({ rows }, i) => { for (const row of rows) of[row] = i % folds })
  return of
}

/** Scores as their rank's share within each fold, so that folds whose models lean otherwise can be put together. */
export function ranksWithin(scores: Float64Array, folds: Uint8Array, count: number): Float64Array {
  const result = new Float64Array(scores.length)
  for (let fold = 0; fold < count; fold++) {
    const rows = Array.from(folds, (_, row) => row).filter((row) => folds[row] === fold).sort((a, b) => scores[a] - scores[b])
    for (let start = 0; start < rows.length;) {
      let end = start + 1
      while (end < rows.length && scores[rows[end]] === scores[rows[start]]) end++
      for (let i = start; i < end; i++) result[rows[i]] = (start + end) / 2 / rows.length
      start = end
    }
  }
  return result
}
