import type { Flag, Verdict } from '../contract/records.ts'
import { noSuchCase } from './case-rows.ts'
import type { Project } from './project.ts'
import { addChange, changesOfReader, heldOf, stand } from './readings.ts'
import type { Change, ReadingKey, Said } from './readings.ts'

/** What was taken back or done again: of a step with several cases `caseId` is the last of them. */
export interface Undone { readonly caseId: number; readonly caseIds: readonly number[]; readonly what: string }

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  'right-reason': 'right for the right reason', 'wrong-reason': 'right for the wrong reason', 'wrong': 'wrong', 'unsure': 'unsure',
}
const UNSEEN = { seen: [], elapsedMs: null }

/** Outside any plan; on disk when it returns. null takes this reader's flag away, and never another's. `step`: a word that the changes of one step share. Throws `no-such-case`. */
export function setFlag(project: Project, caseId: number, flag: Omit<Flag, 'time' | 'reader'> | null, reader: string, step: string | null = null): void {
  say(project, { caseId, planId: null, reader, pass: 'first' }, flag && { ...flag, ...UNSEEN }, step)
}

/** On disk when it returns; what had been undone before can no longer be done again. Throws `no-such-case`. */
export function say(project: Project, key: ReadingKey, said: Said | null, step: string | null = null): void {
  if (!project.database.get('SELECT 1 FROM cases WHERE id = ?', [key.caseId])) throw noSuchCase(key.caseId)
  if (said === null && !heldOf(project, key)?.last.said) return
  change(project, key, { kind: said === null ? 'clear' : 'flag', said, step })
}

function change(project: Project, key: ReadingKey, what: Parameters<typeof addChange>[2]): void {
  project.database.durably(() => {
    addChange(project, key, what)
    stand(project, [key.caseId])
  })
}

/** Takes back the reader's last step that holds, whenever it was made; null: nothing left. What was undone stays in the log. */
export function undo(project: Project, reader: string): Undone | null {
  const { done, byUid } = steps(project, reader)
  return move(project, lastStep(done), 'undo', (change) => before(change, byUid)?.said ?? null, byUid)
}

/** Does the step again that the reader undid last; null: nothing left, or something was changed since. */
export function redo(project: Project, reader: string): Undone | null {
  const { undone, byUid } = steps(project, reader)
  return move(project, lastStep(undone), 'redo', ({ said }) => said, byUid)
}

/** The last change and those that were one step with it, the last one first. */
function lastStep(changes: readonly Change[]): Change[] {
  const last = changes.at(-1)
  if (!last) return []
  return last.step === null ? [last] : changes.filter(({ step }) => step === last.step).reverse()
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

/** All of a step or nothing of it; what is written is a step again. */
function move(project: Project, step: readonly Change[], kind: 'undo' | 'redo', saidAfter: (change: Change) => Said | null, byUid: ReadonlyMap<string, Change>): Undone | null {
  const [first] = step
  if (!first) return null
  project.database.durably(() => {
    for (const one of step) {
      const { caseId, planId, reader, pass } = one
      change(project, { caseId, planId, reader, pass }, { kind, said: saidAfter(one), target: one.uid, step: one.step })
    }
  })
  return { caseId: first.caseId, caseIds: step.map(({ caseId }) => caseId), what: step.length > 1 ? whatOfMany(step) : whatChanged(first, before(first, byUid)?.said ?? null) }
}

function whatOfMany(step: readonly Change[]): string {
  const verdict = step[0].said?.verdict
  return `${step.length.toLocaleString('en')} cases ${verdict ? `flagged ${VERDICT_WORDS[verdict]}` : 'without their flag'}`
}

function whatChanged({ said }: Change, earlier: Said | null): string {
  return said === null ? 'flag removed' : `${earlier === null ? 'flagged' : 'flag changed to'} ${VERDICT_WORDS[said.verdict]}`
}
