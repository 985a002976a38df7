import type { CodedColumn } from './clusters.ts'

/** A field of the header by case: places in its values, or numbers with NaN where there is none. */
export type HeaderField = { readonly field: string; readonly kind: 'category'; readonly column: CodedColumn } | { readonly field: string; readonly kind: 'number'; readonly values: Float64Array }

/** Predictors of some rows, each with the field it came from. */
export interface HeaderColumns { readonly columns: readonly Float64Array[]; /** place in `fields` */ readonly fieldOf: readonly number[]; readonly fields: readonly { readonly field: string; readonly kind: 'number' | 'category'; readonly values: number }[] }

/** values of a category that have a predictor of their own; rarer ones share one */
const MOST_LEVELS = 12
const LEAST_CASES = 5

/** Categories as a 0/1 predictor a value, numbers standardised with one more for 'is missing'. Fields with a single value say nothing and are left out. */
export function headerColumns(fields: readonly HeaderField[], rows: Uint32Array): HeaderColumns {
  const columns: Float64Array[] = []
  const fieldOf: number[] = []
  const used: HeaderColumns['fields'][number][] = []
  for (const field of fields) {
    const made = field.kind === 'category' ? indicators(field.column.codes, rows) : standardised(field.values, rows)
    if (made.columns.length === 0) continue
    for (const column of made.columns) {
      columns.push(column)
      fieldOf.push(used.length)
    }
    used.push({ field: field.field, kind: field.kind, values: made.values })
  }
  return { columns, fieldOf, fields: used }
}

interface Made { readonly columns: readonly Float64Array[]; readonly values: number }

function indicators(codes: Int32Array, rows: Uint32Array): Made {
  const counts = new Map<number, number>()
  for (const row of rows) counts.set(codes[row], (counts.get(codes[row]) ?? 0) + 1)
  if (counts.size < 2) return { columns: [], values: counts.size }
  const own = [...counts].filter(([, count]) => count >= LEAST_CASES).sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MOST_LEVELS).map(([code]) => code)
  const of = (is: (code: number) => boolean) => Float64Array.from(rows, (row) => Number(is(codes[row])))
  const columns = [...own.map((code) => of((other) => other === code)), ...(own.length < counts.size ? [of((code) => !own.includes(code))] : [])]
  return { columns, values: counts.size }
}

function standardised(values: Float64Array, rows: Uint32Array): Made {
  const known = Array.from(rows, (row) => values[row]).filter(Number.isFinite)
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length)
  const sd = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, known.length))
  const isMissing = Float64Array.from(rows, (row) => Number(!Number.isFinite(values[row])))
  const hasMissing = known.length > 0 && known.length < rows.length
  const distinct = new Set(known).size
  return { columns: [...(sd > 0 ? [Float64Array.from(rows, (row) => Number.isFinite(values[row]) ? (values[row] - mean) / sd : 0)] : []), ...(hasMissing ? [isMissing] : [])], values: distinct + Number(hasMissing) }
}
