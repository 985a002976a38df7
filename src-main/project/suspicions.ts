import type { Effect, SuspicionTerm } from '../contract/causal.ts'
import type { Suspected } from '../contract/protocol.ts'
import type { Filter } from '../contract/records.ts'
import { changed } from './project.ts'
import type { Project } from './project.ts'
import { orderedIds } from './worklist.ts'

/** What the job found of one case. */
export interface Suspicion {
  readonly suspicion: number
  readonly terms: readonly SuspicionTerm[]
  /** what erasing each zone does */
  readonly effects: Readonly<Record<string, Effect>>
}
export interface SuspicionOrigin { readonly pixelSha256: string; readonly analysis: number; readonly version: string }

export function storeSuspicion(project: Project, modelId: number, caseId: number, { suspicion, terms, effects }: Suspicion, { pixelSha256, analysis, version }: SuspicionOrigin): void {
  const { database } = project
  database.transaction(() => {
    database.run('INSERT INTO suspicions (model_id, case_id, suspicion, term) VALUES (?, ?, ?, ?) ON CONFLICT (model_id, case_id) DO UPDATE SET suspicion = excluded.suspicion, term = excluded.term', [modelId, caseId, suspicion, terms[0]?.term ?? ''])
    database.run('INSERT OR REPLACE INTO suspicion_details (model_id, case_id, terms, effects, pixel_sha256, analysis, version, computed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      [modelId, caseId, JSON.stringify(terms), JSON.stringify(effects), pixelSha256, analysis, version, new Date().toISOString()])
  })
  changed(project, 'suspicions')
}

/** Of the model in use; null: not looked at yet. */
export function storedSuspicion(project: Project, caseId: number): Suspicion | null {
  const row = project.database.get<{ suspicion: number; terms: string; effects: string }>(
    'SELECT u.suspicion, d.terms, d.effects FROM suspicions u JOIN suspicion_details d ON d.model_id = u.model_id AND d.case_id = u.case_id WHERE u.model_id = ? AND u.case_id = ?', [project.modelId, caseId])
  return row ? { suspicion: row.suspicion, terms: (JSON.parse(row.terms) as SuspicionTerm[]).map((term) => ({ ...term, region: term.region ?? null })), effects: JSON.parse(row.effects) as Record<string, Effect> } : null
}

/** How suspect each case is that was looked at under a model, and what makes it so. */
export function suspicionsUnder(project: Project, modelId: number): Map<number, Suspected> {
  const rows = project.database.all<Suspected & { caseId: number }>('SELECT case_id AS caseId, suspicion, term FROM suspicions WHERE model_id = ?', [modelId])
  return new Map(rows.map(({ caseId, suspicion, term }) => [caseId, { suspicion, term }]))
}

/** Those of the readable cases that this version of the analysis has not looked at under the model in use. */
export function casesToSuspect(project: Project, filter: Filter, among: readonly number[] | null, analysis: number): { readonly missing: number[]; readonly known: number[] } {
  const chosen = among ?? [...orderedIds(project, { ...filter, conditions: [...filter.conditions, { column: 'status', op: 'is', value: 'ready' }] }, null)]
  const there = new Set(project.database.all<{ id: number }>('SELECT case_id AS id FROM suspicion_details WHERE model_id = ? AND analysis = ?', [project.modelId, analysis]).map(({ id }) => id))
  return { missing: chosen.filter((id) => !there.has(id)), known: chosen.filter((id) => there.has(id)) }
}
