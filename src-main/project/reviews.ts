import type { Flag, Verdict } from '../contract/records.ts'
import { noSuchCase } from './case-rows.ts'
import { refreshTexts } from './case-texts.ts'
import { flagOf } from './flags.ts'
import { changed } from './project.ts'
import type { Project } from './project.ts'

export interface Undone { readonly caseId: number; readonly what: string }
interface Step { readonly id: number; readonly caseId: number; readonly before: string | null; readonly after: string | null }

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  'right-reason': 'right for the right reason', 'wrong-reason': 'right for the wrong reason', 'wrong': 'wrong', 'unsure': 'unsure',
}

/** On disk when it returns; null takes the flag away. What had been undone before can no longer be done again. Throws `no-such-case`. */
export function setFlag(project: Project, caseId: number, flag: Omit<Flag, 'time' | 'reader'> | null, reader: string): void {
  const { database } = project
  if (!database.get('SELECT 1 FROM cases WHERE id = ?', [caseId])) throw noSuchCase(caseId)
  const before = flagOf(project, caseId)
  if (before === null && flag === null) return
  const time = new Date().toISOString()
  const after = flag === null ? null : { ...flag, reader, time }
  database.durably(() => {
    database.run('UPDATE flag_history SET undone = 2 WHERE undone = 1')
    database.run('INSERT INTO flag_history (case_id, reader_id, time, before, after) VALUES (?, ?, ?, ?, ?)',
      [caseId, readerId(project, reader), time, before && JSON.stringify(before), after && JSON.stringify(after)])
    put(project, caseId, after)
  })
  changed(project, 'flags', 'texts')
}

/** Takes back the last change that holds, whoever made it and whenever; null: nothing left. */
export function undo(project: Project): Undone | null {
  const step = project.database.get<Step>('SELECT id, case_id AS caseId, before, after FROM flag_history WHERE undone = 0 ORDER BY id DESC LIMIT 1')
  return step ? move(project, step, step.before, 1) : null
}

/** Does the change again that was undone last; null: nothing left. */
export function redo(project: Project): Undone | null {
  const step = project.database.get<Step>('SELECT id, case_id AS caseId, before, after FROM flag_history WHERE undone = 1 ORDER BY id LIMIT 1')
  return step ? move(project, step, step.after, 0) : null
}

function move(project: Project, step: Step, target: string | null, undone: 0 | 1): Undone {
  project.database.durably(() => {
    put(project, step.caseId, target === null ? null : JSON.parse(target) as Flag)
    project.database.run('UPDATE flag_history SET undone = ? WHERE id = ?', [undone, step.id])
  })
  changed(project, 'flags', 'texts')
  return { caseId: step.caseId, what: whatChanged(step) }
}

function whatChanged({ before, after }: Step): string {
  if (after === null) return 'flag removed'
  const { verdict } = JSON.parse(after) as Flag
  return `${before === null ? 'flagged' : 'flag changed to'} ${VERDICT_WORDS[verdict]}`
}

function put(project: Project, caseId: number, flag: Flag | null): void {
  const { database } = project
  if (flag === null) database.run('DELETE FROM flags WHERE case_id = ?', [caseId])
  else {
    database.run('INSERT OR REPLACE INTO flags (case_id, verdict, reasons, note, region, reader_id, time) VALUES (?, ?, ?, ?, ?, ?, ?)',
      [caseId, flag.verdict, [...new Set(flag.reasons)].join(','), flag.note, flag.region && JSON.stringify(flag.region), readerId(project, flag.reader), flag.time])
  }
  refreshTexts(project, [caseId])
}

function readerId(project: Project, name: string): number {
  return project.database.get<{ id: number }>('INSERT INTO readers (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id', [name])!.id
}
