import { randomUUID } from 'node:crypto'

import type { Answer, Pass, Reading, Sight } from '../contract/protocol.ts'
import type { Flag, ReasonCode, Region, Verdict } from '../contract/records.ts'
import { refreshTexts } from './case-texts.ts'
import { readMeta, writeMeta } from './meta.ts'
import { changed } from './project.ts'
import type { Project } from './project.ts'

/** What a reader says of a case. */
export interface Said {
  readonly verdict: Verdict
  readonly reasons: readonly ReasonCode[]
  readonly note: string
  readonly region: Region | null
  readonly seen: readonly Sight[]
  readonly elapsedMs: number | null
}

/** Whose word, on what, in which pass: a reader has one of each. planId null: outside any plan. */
export interface ReadingKey { readonly caseId: number; readonly planId: number | null; readonly reader: string; readonly pass: Pass }

/** One row of `readings`. */
export interface Change extends ReadingKey {
  readonly id: number
  readonly uid: string
  readonly kind: 'flag' | 'clear' | 'undo' | 'redo'
  readonly target: string | null
  readonly parents: readonly string[]
  /** shared by the changes that were one step; null: this one is */
  readonly step: string | null
  readonly time: string
  /** sha256 and profile_sha256 of the model in use */
  readonly model: string | null
  readonly said: Said | null
}

const CHANGES_SQL = `
  SELECT e.id, e.uid, e.case_id AS caseId, e.plan_id AS planId, r.name AS reader, e.pass, e.kind, e.target, e.parents, e.step, e.time, e.model, e.value
  FROM readings e JOIN readers r ON r.id = e.reader_id`
type Raw = Omit<Change, 'parents' | 'said'> & { readonly parents: string; readonly value: string | null }

function toChange({ parents, value, ...raw }: Raw): Change {
  return { ...raw, parents: JSON.parse(parents) as string[], said: value === null ? null : JSON.parse(value) as Said }
}

export function changesOfCase(project: Project, caseId: number): Change[] {
  return project.database.all<Raw>(`${CHANGES_SQL} WHERE e.case_id = ? ORDER BY e.id`, [caseId]).map(toChange)
}

export function changesOfPlan(project: Project, planId: number): Change[] {
  return project.database.all<Raw>(`${CHANGES_SQL} WHERE e.plan_id = ? ORDER BY e.id`, [planId]).map(toChange)
}

export function changesOfReader(project: Project, reader: string): Change[] {
  return project.database.all<Raw>(`${CHANGES_SQL} WHERE r.name = ? ORDER BY e.id`, [reader]).map(toChange)
}

export function allChanges(project: Project): Change[] {
  return project.database.all<Raw>(`${CHANGES_SQL} ORDER BY e.id`).map(toChange)
}

/** a clock that is further behind was set, and is believed */
const CLOCK_STEP_MS = 1000

const byTime = (a: Change, b: Change): number => a.time < b.time ? -1 : a.time > b.time ? 1 : a.uid < b.uid ? -1 : 1
const textOf = ({ said }: Change): string => JSON.stringify(said && [said.verdict, [...said.reasons].sort(), said.note, said.region])

/** What holds of one reader's word: the changes that none replaced, the newest last. More than one that differ: said in two copies, and not settled. */
export interface Held { readonly key: ReadingKey; readonly heads: readonly Change[]; readonly last: Change; readonly inConflict: boolean }

/** Worked out of the changes alone, in whatever order they come: copies that have the same changes hold the same. */
export function held(changes: readonly Change[]): Held[] {
  const replaced = new Set(changes.flatMap(({ parents }) => parents))
  const byKey = Map.groupBy(changes.filter(({ uid }) => !replaced.has(uid)), ({ caseId, planId, reader, pass }) => `${caseId} ${planId ?? ''} ${pass} ${reader}`)
  return [...byKey.values()].map((heads) => {
    const sorted = [...heads].sort(byTime)
    const last = sorted.at(-1)!
    const { caseId, planId, reader, pass } = last
    return { key: { caseId, planId, reader, pass }, heads: sorted, last, inConflict: new Set(sorted.map(textOf)).size > 1 }
  })
}

/** What this reader's word on the case is now; undefined: none was ever given. */
export function heldOf(project: Project, key: ReadingKey): Held | undefined {
  return held(changesOfCase(project, key.caseId)).find((one) => one.key.planId === key.planId && one.key.pass === key.pass && one.key.reader === key.reader)
}

/** Adds a change that replaces what its key held; `time` where it was said elsewhere before. Call it within `durably`, and `stand` with it. */
export function addChange(project: Project, key: ReadingKey, change: Pick<Change, 'kind' | 'said'> & Partial<Pick<Change, 'target' | 'step' | 'time'>>): void {
  const { database } = project
  const parents = heldOf(project, key)?.heads.map(({ uid }) => uid) ?? []
  database.run('INSERT INTO readings (uid, case_id, plan_id, reader_id, pass, kind, target, parents, step, time, model, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    [randomUUID(), key.caseId, key.planId, readerId(project, key.reader), key.pass, change.kind, change.target ?? null, JSON.stringify(parents), change.step ?? null, change.time ?? nextTime(project), modelInUseKey(project), change.said && JSON.stringify(change.said)])
}

/** Now; after the last change by a millisecond where the two fall together, so that times order what one person did. */
function nextTime(project: Project): string {
  const now = Date.now()
  const last = Date.parse(project.database.get<{ time: string }>('SELECT time FROM readings ORDER BY id DESC LIMIT 1')?.time ?? '')
  return new Date(last >= now && last < now + CLOCK_STEP_MS ? last + 1 : now).toISOString()
}

/** Which flag stands for each of these cases, worked out anew; they show it in lists, filters and exports. Call it within the change's transaction. */
export function stand(project: Project, caseIds: readonly number[]): void {
  const { database } = project
  for (const caseId of caseIds) {
    const flag = standing(held(changesOfCase(project, caseId)), project.reader)
    if (flag === null) database.run('DELETE FROM flags WHERE case_id = ?', [caseId])
    else {
      const { said, reader, time } = flag
      database.run('INSERT OR REPLACE INTO flags (case_id, verdict, reasons, note, region, reader_id, time) VALUES (?, ?, ?, ?, ?, ?, ?)',
        [caseId, said.verdict, [...new Set(said.reasons)].join(','), said.note, said.region && JSON.stringify(said.region), readerId(project, reader), time])
    }
  }
  refreshTexts(project, caseIds)
  changed(project, 'flags', 'texts')
}

/** An adjudication, else the word of the reader at work, else the newest of another's. A second look never stands: it measures the reader. */
export function standing(all: readonly Held[], reader: string): (Change & { readonly said: Said }) | null {
  const given = all.map(({ last }) => last).filter((last): last is Change & { readonly said: Said } => last.said !== null && last.pass !== 'second').sort(byTime)
  return given.findLast(({ pass }) => pass === 'adjudication') ?? given.findLast((one) => one.reader === reader) ?? given.at(-1) ?? null
}

/** Whose flags come first from now on; '' nobody's. */
export function useReader(project: Project, reader: string): void {
  project.reader = reader
  const { database } = project
  if ((readMeta(database, 'flags-stand-for') ?? '') === reader) return
  database.transaction(() => {
    stand(project, database.all<{ id: number }>('SELECT DISTINCT case_id AS id FROM readings').map(({ id }) => id))
    writeMeta(database, 'flags-stand-for', reader)
  })
}

export function readerId(project: Project, name: string): number {
  return project.database.get<{ id: number }>('INSERT INTO readers (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id', [name])!.id
}

/** The model in use as readings and plans name it, the same in every copy of the project. */
export function modelInUseKey(project: Project): string | null {
  return project.database.get<{ key: string }>(`SELECT sha256 || ' ' || profile_sha256 AS key FROM models WHERE id = ?`, [project.modelId])?.key ?? null
}

export function toFlag({ said, reader, time }: Change & { readonly said: Said }): Flag {
  const { verdict, reasons, note, region } = said
  return { verdict, reasons, note, region, reader, time }
}

/** A change as the window shows it, with what the reader saw in the image first. */
export function toReading(change: Change & { readonly said: Said }, answer: Answer | null): Reading {
  const { caseId, reader, pass, time, said } = change
  return { caseId, reader, pass, time, answer, ...said }
}
