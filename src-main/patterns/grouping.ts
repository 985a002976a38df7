import type { GroupName } from '../contract/patterns.ts'
import { DEFAULT_AGE_BANDS } from '../contract/patterns.ts'
import type { Condition, Filter } from '../contract/records.ts'
import { percentiles } from '../tensor/percentiles.ts'
import type { Group } from './types.ts'

export type ColumnValue = string | number | null
/** A column of the cases, in their order. */
export interface ColumnOfCases { readonly column: string; readonly kind: 'text' | 'number' | 'group'; readonly values: readonly ColumnValue[] }

export interface Level { readonly value: string; readonly conditions: readonly Condition[] }
export interface Levels { readonly column: string; readonly levels: readonly Level[]; /** place in `levels` by case */ readonly codes: Int32Array }

/** A column of numbers with more values than these is cut into bands. */
const MOST_NUMBERS = 12
/** groups of one table */
export const MOST_GROUPS = 60
export const NO_VALUE = '(none)'

/** Groups of cases by one column or two that cross; the largest where there are too many. `filter` is what all cases pass. */
export function groupCases(columns: readonly ColumnOfCases[], bands: Readonly<Record<string, readonly number[]>>, filter: Filter): { readonly groups: readonly Group[]; readonly leftOut: number } {
  if (columns.length === 0) return { groups: [], leftOut: 0 }
  const split = columns.map((column) => levelsOf(column, bands[column.column]))
  const rows = new Map<number, number[]>()
  const count = columns[0].values.length
  const [first, second] = split
  for (let i = 0; i < count; i++) {
    const key = second ? first.codes[i] * second.levels.length + second.codes[i] : first.codes[i]
    const known = rows.get(key)
    if (known) known.push(i)
    else rows.set(key, [i])
  }
  const largest = [...rows].sort((a, b) => b[1].length - a[1].length || a[0] - b[0]).slice(0, MOST_GROUPS).sort((a, b) => a[0] - b[0])
  const groups = largest.map(([key, members]): Group => {
    const places = second ? [Math.floor(key / second.levels.length), key % second.levels.length] : [key]
    return { group: named(places.map((place, i) => ({ column: split[i].column, ...split[i].levels[place] })), filter, members.length), rows: Uint32Array.from(members) }
  })
  return { groups, leftOut: rows.size - groups.length }
}

function named(parts: readonly (Level & { readonly column: string })[], filter: Filter, n: number): GroupName {
  const name = parts.map(({ value }) => value).join(' × ')
  return { key: parts.map(({ column, value }) => `${column}=${value}`).join('&'), name, parts: parts.map(({ column, value }) => ({ column, value })), filterId: null, n, filter: { ...filter, conditions: [...filter.conditions, ...parts.flatMap(({ conditions }) => conditions)] } }
}

/** What a column is split into, in the order it is shown in: numbers ascending, texts by the alphabet, none last. */
export function levelsOf({ column, kind, values }: ColumnOfCases, cutPoints: readonly number[] | undefined): Levels {
  const cuts = cutPoints ?? defaultCuts(column, kind, values)
  if (cuts.length > 0) return bandsOf(column, values, [...new Set(cuts)].sort((a, b) => a - b))
  const counted = new Map<ColumnValue, number>()
  for (const value of values) counted.set(value === '' ? null : value, 0)
  const distinct = [...counted.keys()].sort(inOrder)
  const places = new Map(distinct.map((value, place) => [value, place]))
  const levels = distinct.map((value): Level => value === null
    ? { value: NO_VALUE, conditions: [{ column, op: 'empty', value: null }] }
    : { value: String(value), conditions: [{ column, op: 'is', value }] })
  return { column, levels, codes: Int32Array.from(values, (value) => places.get(value === '' ? null : value)!) }
}

function defaultCuts(column: string, kind: ColumnOfCases['kind'], values: readonly ColumnValue[]): readonly number[] {
  if (column === 'ageYears') return DEFAULT_AGE_BANDS
  if (kind !== 'number') return []
  const numbers = values.filter((value): value is number => typeof value === 'number')
  return new Set(numbers).size > MOST_NUMBERS ? percentiles(numbers, [25, 50, 75]).map((cut) => Number(cut.toPrecision(3))) : []
}

/** From one cut point up to the next, that one not included. */
function bandsOf(column: string, values: readonly ColumnValue[], cuts: readonly number[]): Levels {
  const numbers = values.map((value) => typeof value === 'number' ? value : value === null || value.trim() === '' ? NaN : Number(value))
  const levels: Level[] = []
  for (let place = 0; place <= cuts.length; place++) {
    const [from, to] = [cuts[place - 1], cuts[place]]
    levels.push({ value: bandName(column, from, to), conditions: [...(from === undefined ? [] : [{ column, op: 'at-least' as const, value: from }]), ...(to === undefined ? [] : [{ column, op: 'less' as const, value: to }])] })
  }
  const codes = Int32Array.from(numbers, (number) => {
    if (!Number.isFinite(number)) return levels.length
    let place = 0
    while (place < cuts.length && number >= cuts[place]) place++
    return place
  })
  return { column, levels: [...levels, { value: NO_VALUE, conditions: [{ column, op: 'empty', value: null }] }], codes }
}

function bandName(column: string, from: number | undefined, to: number | undefined): string {
  if (from === undefined) return `<${to}`
  if (to === undefined) return `≥${from}`
  return column === 'ageYears' && Number.isInteger(to) ? `${from}–${to - 1}` : `${from}–<${to}`
}

function inOrder(a: ColumnValue, b: ColumnValue): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), 'en', { numeric: true })
}
