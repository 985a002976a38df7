import { createHash } from 'node:crypto'

import { ReviewError } from '../contract/errors.ts'
import type { Pass, Plan, PlanModel, PlanRequest, SampleSize, Stratification, Stratum } from '../contract/protocol.ts'
import type { Filter } from '../contract/records.ts'
import { intervalWidth, sampleSize } from '../statistics/sample-size.ts'
import { canonicalJson, modelInUse } from './models.ts'
import { draw, population } from './plan-draw.ts'
import type { Candidate } from './plan-draw.ts'
import type { Project } from './project.ts'
import { modelInUseKey } from './readings.ts'

/** What a plan says but for its name: equal texts, equal plans. */
type Definition = Omit<PlanRequest, 'name'>
interface Row { readonly id: number; readonly uid: string; readonly name: string; readonly definition: string; readonly population: number; readonly model: string | null; readonly madeBy: string; readonly madeAt: string }

const PLAN_SQL = 'SELECT id, uid, name, definition, population, model, made_by AS madeBy, made_at AS madeAt FROM plans'

/** How many cases of a filter give a 95 % interval of the wished width. Throws `bad-filter` where no case is left. */
export function planSize(project: Project, { filter, width, expected }: { readonly filter: Filter; readonly width: number; readonly expected: number }): SampleSize {
  const count = population(project, filter, null).length
  const { size, unlimited } = sampleSize(width, expected, count)
  return { size, unlimited, population: count, expected, width: intervalWidth(expected, size, count) }
}

/** Draws the cases and keeps the plan; on disk when it returns. Throws `bad-filter` where nothing can be drawn or the same plan is there already. */
export function makePlan(project: Project, { name, ...definition }: PlanRequest, reader: string): Plan {
  const { database } = project
  const candidates = named(project, population(project, definition.filter, definition.stratify?.column ?? null), definition.stratify)
  const drawn = draw(candidates, definition)
  const model = modelInUseKey(project)
  const uid = planUid(definition, candidates, model)
  const same = database.get<{ name: string }>('SELECT name FROM plans WHERE uid = ?', [uid])
  if (same) throw new ReviewError('bad-filter', `The project has this plan already: '${same.name}'. Go on with it, or change the seed for another draw.`)

  const id = database.durably(() => {
    const { lastId } = database.run('INSERT INTO plans (uid, name, definition, population, model, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      [uid, name === '' ? `${drawn.first.length} of ${candidates.length} cases, seed ${definition.seed}` : name, canonicalJson(definition), candidates.length, model, reader, new Date().toISOString()])
    drawn.strata.forEach((stratum, index) => database.run('INSERT INTO plan_strata (plan_id, stratum, name, population) VALUES (?, ?, ?, ?)', [lastId, index, stratum.name, stratum.population]))
    for (const pass of ['first', 'second'] as const) {
      drawn[pass].forEach((one, position) => database.run('INSERT INTO plan_cases (plan_id, pass, position, case_id, stratum) VALUES (?, ?, ?, ?, ?)', [lastId, pass, position, one.id, one.stratum]))
    }
    return lastId
  })
  return planOf(project, id)
}

/** Classes by their names, so that strata read as the rest of the program does. */
function named(project: Project, candidates: Candidate[], stratify: Stratification | null): Candidate[] {
  const isClass = stratify !== null && stratify.edges.length === 0 && ['predictedClass', 'labelClass'].includes(stratify.column)
  const classes = isClass ? modelInUse(project)?.classes ?? [] : []
  return classes.length === 0 ? candidates : candidates.map((one) => typeof one.value === 'number' ? { ...one, value: classes[one.value] ?? one.value } : one)
}

function planUid(definition: Definition, candidates: readonly Candidate[], model: string | null): string {
  const hash = createHash('sha256').update(`${canonicalJson(definition)}\0${model ?? ''}`)
  for (const { key, value } of candidates) hash.update(`\0${key}\0${value ?? ''}`)
  return hash.digest('hex')
}

export function listPlans(project: Project): Plan[] {
  return project.database.all<Row>(`${PLAN_SQL} ORDER BY id`).map((row) => toPlan(project, row))
}

/** Throws `no-such-plan`. */
export function planOf(project: Project, id: number): Plan {
  const row = project.database.get<Row>(`${PLAN_SQL} WHERE id = ?`, [id])
  if (row) return toPlan(project, row)
  throw new ReviewError('no-such-plan', `The project has no plan ${id}. Reload the list of plans and choose another one.`, { details: { planId: id } })
}

/** Throws `no-such-plan`, and `not-allowed` where cases were read by it: what was said is never thrown away. */
export function removePlan(project: Project, id: number): void {
  const { name } = planOf(project, id)
  const { database } = project
  if (database.get('SELECT 1 FROM readings WHERE plan_id = ? UNION ALL SELECT 1 FROM answers WHERE plan_id = ? LIMIT 1', [id, id])) {
    throw new ReviewError('not-allowed', `Cases were read by the plan '${name}', so it stays. Make another plan beside it.`)
  }
  database.durably(() => database.run('DELETE FROM plans WHERE id = ?', [id]))
}

function toPlan(project: Project, { id, uid, name, definition, population: count, model, madeBy, madeAt }: Row): Plan {
  const { database } = project
  const { filter, seed, stratify, secondLook, hidden } = JSON.parse(definition) as Definition
  const strata = database.all<Stratum>(
    `SELECT s.name, s.population, (SELECT count(*) FROM plan_cases p WHERE p.plan_id = s.plan_id AND p.pass = 'first' AND p.stratum = s.stratum) AS sampled FROM plan_strata s WHERE s.plan_id = ? ORDER BY s.stratum`, [id])
  const size = (pass: Pass) => database.get<{ n: number }>('SELECT count(*) AS n FROM plan_cases WHERE plan_id = ? AND pass = ?', [id, pass])!.n
  return { id, uid, name, filter, seed, population: count, size: size('first'), stratify, strata, secondLook, secondLooks: size('second'), hidden, model: planModel(project, model), madeBy, madeAt }
}

function planModel(project: Project, key: string | null): PlanModel | null {
  if (key === null) return null
  const [sha256, profileSha256] = key.split(' ')
  return project.database.get<PlanModel>('SELECT name, sha256, profile_sha256 AS profileSha256 FROM models WHERE sha256 = ? AND profile_sha256 = ?', [sha256, profileSha256]) ?? { name: '', sha256, profileSha256 }
}

/** The row of `models` that a plan judges; null: it has none, or the model is not in this copy. */
export function planModelId(project: Project, { model }: Plan): number | null {
  return model && (project.database.get<{ id: number }>('SELECT id FROM models WHERE sha256 = ? AND profile_sha256 = ?', [model.sha256, model.profileSha256])?.id ?? null)
}
