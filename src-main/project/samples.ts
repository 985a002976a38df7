import type { Filter, Sample } from '../contract/records.ts'
import { ReviewError } from '../contract/errors.ts'
import { uniform } from '../tensor/random.ts'
import { columnExpression } from './columns.ts'
import { caseQuery } from './filter-sql.ts'
import type { Project } from './project.ts'
import { orderedIds, queryContext } from './worklist.ts'

export interface SampleRequest { readonly filter: Filter; readonly size: number; readonly seed: number; readonly stratifyBy: string | null; readonly name: string }

/**
 * Draws readable cases at random, right and wrong predictions alike: uniformly without replacement (Fisher and Yates's shuffle over mulberry32 from
 * the seed, the cases in the order of import). With `stratifyBy` every value of the column gets its proportional part by largest remainder, and
 * at least one case where the size allows. The same project, seed and filter give the same sample. Throws `bad-filter` where no case is left to draw.
 */
export function drawSample(project: Project, request: SampleRequest): Sample {
  const { database } = project
  const ready: Filter = { ...request.filter, conditions: [...request.filter.conditions, { column: 'status', op: 'is', value: 'ready' }] }
  const ids = [...orderedIds(project, ready, null)]
  if (ids.length === 0) throw new ReviewError('bad-filter', 'No readable case passes the filter, so there is nothing to draw from. Widen the filter.')
  const random = uniform(request.seed)
  const strata = request.stratifyBy === null ? [ids] : stratify(project, ready, request.stratifyBy)
  const shares = shareOut(strata.map((stratum) => stratum.length), Math.min(request.size, ids.length))
  const chosen = strata.flatMap((stratum, index) => draw(stratum, shares[index]!, random))

  const drawnAt = new Date().toISOString()
  const name = request.name === '' ? `${chosen.length} cases, seed ${request.seed}` : request.name
  const id = database.durably(() => {
    const { lastId } = database.run('INSERT INTO samples (name, seed, size, drawn_at, stratify_by, filter) VALUES (?, ?, ?, ?, ?, ?)',
      [name, request.seed, chosen.length, drawnAt, request.stratifyBy, JSON.stringify(request.filter)])
    database.run('INSERT INTO sample_cases (sample_id, case_id) SELECT ?, value FROM json_each(?)', [lastId, JSON.stringify(chosen)])
    return lastId
  })
  return { id, name, seed: request.seed, size: chosen.length, drawnAt, stratifyBy: request.stratifyBy }
}

export function listSamples(project: Project): Sample[] {
  return project.database.all('SELECT id, name, seed, size, drawn_at AS drawnAt, stratify_by AS stratifyBy FROM samples ORDER BY id')
}

/** Throws `bad-filter` where there is no such sample. */
export function removeSample(project: Project, id: number): void {
  const { changes } = project.database.durably(() => project.database.run('DELETE FROM samples WHERE id = ?', [id]))
  if (changes === 0) throw new ReviewError('bad-filter', `There is no sample ${id}. It may have been removed already.`)
}

/** Strata in the order of their values, an absent value first, each in the order of import. */
function stratify(project: Project, filter: Filter, column: string): number[][] {
  const context = queryContext(project)
  const expression = columnExpression(column, (name) => context.groupId(name))
  const query = caseQuery(context, filter, null, expression.joins)
  const rows = project.database.all<{ ids: string }>(
    `SELECT json_group_array(id) AS ids FROM (SELECT c.id AS id, nullif(${expression.sql}, '') AS stratum ${query.from} ${query.where} ORDER BY c.id) GROUP BY stratum ORDER BY stratum`,
    [...expression.parameters, ...query.joinParameters, ...query.whereParameters])
  return rows.map((row) => (JSON.parse(row.ids) as number[]).sort((a, b) => a - b))
}

/** How many of `size` each stratum gets: proportional by largest remainder (Hamilton), none empty where there are enough to go round. */
export function shareOut(counts: readonly number[], size: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const exact = counts.map((count) => (count * size) / total)
  const shares = exact.map((share) => Math.floor(share))
  const byRemainder = exact.map((_, index) => index).sort((a, b) => (exact[b]! - shares[b]!) - (exact[a]! - shares[a]!) || a - b)
  let left = size - shares.reduce((sum, share) => sum + share, 0)
  for (const index of byRemainder) if (left > 0 && shares[index]! < counts[index]!) { shares[index]!++; left-- }
  if (size >= counts.length) {
    for (let index = 0; index < shares.length; index++) {
      if (shares[index] !== 0) continue
      shares[shares.indexOf(Math.max(...shares))]!--
      shares[index] = 1
    }
  }
  return shares
}

function draw(from: readonly number[], count: number, random: () => number): number[] {
  const pool = [...from]
  for (let index = 0; index < count; index++) {
    const other = index + Math.floor(random() * (pool.length - index))
    ;[pool[index], pool[other]] = [pool[other]!, pool[index]!]
  }
  return pool.slice(0, count)
}
