import { createHash } from 'node:crypto'

import { ReviewError } from '../contract/errors.ts'
import type { Stratification, Stratum } from '../contract/protocol.ts'
import type { Filter } from '../contract/records.ts'
import { CASE_KEY_SQL } from './case-keys.ts'
import { columnExpression } from './columns.ts'
import { caseQuery } from './filter-sql.ts'
import type { Project } from './project.ts'
import { shareOut } from './samples.ts'
import { queryContext } from './worklist.ts'

/** A case that may be drawn: its key and the value that it is stratified by. */
export interface Candidate { readonly id: number; readonly key: string; readonly value: string | number | null }
export interface DrawnCase { readonly id: number; readonly stratum: number }
export interface Drawn { readonly strata: readonly Stratum[]; readonly first: readonly DrawnCase[]; readonly second: readonly DrawnCase[] }
export interface DrawRequest { readonly seed: number; readonly size: number; readonly stratify: Stratification | null; readonly secondLook: number }

const MOST_STRATA = 50
const ABSENT = '(none)'

/** The readable cases of a filter, by key. Throws `bad-filter` where there is none, or the filter asks for a sample drawn before. */
export function population(project: Project, filter: Filter, stratifyBy: string | null): Candidate[] {
  if (filter.sampleId !== null) throw new ReviewError('bad-filter', 'A plan draws from the cases of a filter, not from a sample drawn before. Take the sample out of the filter.')
  const context = queryContext(project)
  const ready: Filter = { ...filter, conditions: [...filter.conditions, { column: 'status', op: 'is', value: 'ready' }] }
  const column = stratifyBy === null ? null : columnExpression(stratifyBy, (name) => context.groupId(name))
  const query = caseQuery(context, ready, null, column?.joins)
  const cases = project.database.all<Candidate>(
    `SELECT c.id, ${CASE_KEY_SQL} AS key, ${column === null ? 'NULL' : `nullif(${column.sql}, '')`} AS value ${query.from} ${query.where}`,
    [...(column?.parameters ?? []), ...query.joinParameters, ...query.whereParameters])
  if (cases.length === 0) throw new ReviewError('bad-filter', 'No readable case passes the filter, so there is nothing to draw from. Widen the filter.')
  return cases.sort((a, b) => a.key < b.key ? -1 : 1)
}

/**
 * Every case gets a number from the seed and its key, and each stratum gives those with the least numbers: a simple random sample without replacement
 * (permanent random numbers, Ohlsson 1995). Nothing else goes in, so another machine with the same cases draws the same, a larger sample of the
 * same seed holds the smaller one, and right and wrong predictions come as they are. The order of reading and the cases of the second look are by
 * further numbers of that kind. Throws `bad-filter` where the strata are too many to be meant.
 */
export function draw(candidates: readonly Candidate[], { seed, size, stratify, secondLook }: DrawRequest): Drawn {
  const byName = Map.groupBy(candidates, ({ value }) => stratumName(value, stratify))
  const names = inTurn([...byName.keys()], stratify)
  if (names.length > MOST_STRATA) {
    throw new ReviewError('bad-filter', `The column '${stratify!.column}' has ${names.length} values, more than the ${MOST_STRATA} strata that a plan can have. Give edges that make bands of it, or choose another column.`, { details: { column: stratify!.column } })
  }
  const counts = names.map((name) => byName.get(name)!.length)
  const total = Math.min(size, candidates.length)
  const shares = stratify?.allocation === 'equal' ? evenly(counts, total) : shareOut(counts, total)
  const least = (from: readonly Candidate[], count: number) => inOrder(from, seed, 'draw').slice(0, count)
  const chosen = names.flatMap((name, stratum) => least(byName.get(name)!, shares[stratum]).map((one) => ({ ...one, stratum })))
  const again = inOrder(chosen, seed, 'again').slice(0, Math.round(secondLook * chosen.length))
  return {
    strata: names.map((name, stratum) => ({ name, population: counts[stratum], sampled: shares[stratum] })),
    first: inOrder(chosen, seed, 'order').map(({ id, stratum }) => ({ id, stratum })),
    second: inOrder(again, seed, 'order again').map(({ id, stratum }) => ({ id, stratum })),
  }
}

/** Cases by the number that seed, purpose and key give them. */
function inOrder<T extends Candidate>(cases: readonly T[], seed: number, purpose: string): T[] {
  const numbers = new Map(cases.map((one) => [one, createHash('sha256').update(`right-reason/draw@1\0${seed}\0${purpose}\0${one.key}`).digest('hex')]))
  return [...cases].sort((a, b) => numbers.get(a)! < numbers.get(b)! ? -1 : 1)
}

/** Bands from below, other values as numbers or texts, the absent one last: by nothing that a machine's language could change. */
function inTurn(names: readonly string[], stratify: Stratification | null): string[] {
  const bands = stratify === null ? [] : bandNames(stratify.edges)
  const place = (name: string): number => bands.length > 0 ? bands.indexOf(name) : Number(name)
  return [...names].sort((a, b) => Number(a === ABSENT) - Number(b === ABSENT) || place(a) - place(b) || (a < b ? -1 : 1))
}

function bandNames(all: readonly number[]): string[] {
  const edges = [...new Set(all)].sort((a, b) => a - b)
  return edges.length === 0 ? [] : [`< ${edges[0]}`, ...edges.slice(1).map((edge, i) => `${edges[i]} – < ${edge}`), `≥ ${edges.at(-1)}`]
}

/** '0.5 – < 0.8' of 0.6 where the edges are 0.5 and 0.8. */
export function bandOf(value: number, edges: readonly number[]): string {
  return bandNames(edges)[[...new Set(edges)].filter((edge) => edge <= value).length]
}

function stratumName(value: string | number | null, stratify: Stratification | null): string {
  if (stratify === null) return 'all'
  if (value === null) return ABSENT
  if (stratify.edges.length === 0) return String(value)
  const number = typeof value === 'number' ? value : Number(value)
  if (!Number.isFinite(number)) return ABSENT
  return bandOf(number, stratify.edges)
}

/** The same number from each stratum, as far as it goes: what a small one lacks is taken from the others. */
export function evenly(counts: readonly number[], size: number): number[] {
  const shares = counts.map(() => 0)
  for (let left = size; left > 0;) {
    const open = counts.map((_, index) => index).filter((index) => shares[index] < counts[index])
    if (open.length === 0) break
    const each = Math.max(1, Math.floor(left / open.length))
    for (const index of open) {
      const more = Math.min(each, counts[index] - shares[index], left)
      shares[index] += more
      left -= more
    }
  }
  return shares
}
