import type { Flag, Verdict } from '../contract/records.ts'
import { noSuchCase } from './case-rows.ts'
import type { Project } from './project.ts'
import { addChange, changesOfReader, heldOf, stand } from './readings.ts'
import type { Change, ReadingKey, Said } from './readings.ts'

export interface Undone { readonly caseId: number; readonly what: string }

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  'right-reason': 'right for the right reason', 'wrong-reason': 'right for the wrong reason', 'wrong': 'wrong', 'unsure': 'unsure',
}
const UNSEEN = { seen: [], elapsedMs: null }

/** Outside any plan; on disk when it returns. null takes this reader's flag away, and never another's. Throws `no-such-case`. */
export function setFlag(project: Project, caseId: number, flag: Omit<Flag, 'time' | 'reader'> | null, reader: string): void {
  say(project, { caseId, planId: null, reader, pass: 'first' }, flag && { ...flag, ...UNSEEN })
}

/** On disk when it returns; what had been undone before can no longer be done again. Throws `no-such-case`. */
export function say(project: Project, key: ReadingKey, said: Said | null): void {
  if (!project.database.get('SELECT 1 FROM cases WHERE id = ?', [key.caseId])) throw noSuchCase(key.caseId)
  if (said === null && !heldOf(project, key)?.last.said) return
  change(project, key, { kind: said === null ? 'clear' : 'flag', said })
}

function change(project: Project, key: ReadingKey, what: Pick<Change, 'kind' | 'said'> & { readonly target?: string }): void {
  project.database.durably(() => {
    addChange(project, key, what)
    stand(project, [key.caseId])
  })
}

/** Takes back the reader's last change that holds, whenever it was made; null: nothing left. What was undone stays in the log. */
export function undo(project: Project, reader: string): Undone | null {
  const { done, byUid } = steps(project, reader)
  const step = done.at(-1)
  return step ? move(project, step, 'undo', before(step, byUid)?.said ?? null, byUid) : null
}

/** Does the change again that the reader undid last; null: nothing left, or something was changed since. */
export function redo(project: Project, reader: string): Undone | null {
  const { undone, byUid } = steps(project, reader)
  const step = undone.at(-1)
  return step ? move(project, step, 'redo', step.said, byUid) : null
}

/** The reader's changes that hold, and those undone that can be done again, the next one last. */
function steps(project: Project, reader: string): { readonly done: Change[]; readonly undone: Change[]; readonly byUid: ReadonlyMap<string, Change> } {
  const changes = changesOfReader(project, reader)
  const byUid = new Map(changes.map((one) => [one.uid, one]))
  const done: Change[] = []
  let undone: Change[] = []
  for (const one of changes) {
    if (one.kind === 'undo') shift(done, undone, one.target)
    else if (one.kind === 'redo') shift(undone, done, one.target)
    else {
      done.push(one)
      undone = []
    }
  }
  return { done, undone, byUid }
}

function shift(from: Change[], to: Change[], target: string | null): void {
  const place = from.findLastIndex(({ uid }) => uid === target)
  if (place >= 0) to.push(...from.splice(place, 1))
}

/** what its key held before it; of several the newest counts */
function before(step: Change, byUid: ReadonlyMap<string, Change>): Change | undefined {
  return step.parents.map((uid) => byUid.get(uid)).filter((parent) => parent !== undefined).sort((a, b) => a.id - b.id).at(-1)
}

function move(project: Project, step: Change, kind: 'undo' | 'redo', said: Said | null, byUid: ReadonlyMap<string, Change>): Undone {
  const { caseId, planId, reader, pass } = step
  change(project, { caseId, planId, reader, pass }, { kind, said, target: step.uid })
  return { caseId, what: whatChanged(step, before(step, byUid)?.said ?? null) }
}

function whatChanged({ said }: Change, earlier: Said | null): string {
  return said === null ? 'flag removed' : `${earlier === null ? 'flagged' : 'flag changed to'} ${VERDICT_WORDS[said.verdict]}`
}
