import { ReviewError } from '../contract/errors.ts'
import type { FlagConflict, FlagImportReport, FlagMapping } from '../contract/interchange.ts'
import type { Flag } from '../contract/records.ts'
import { readFlags, type FileFlag } from './flag-file.ts'
import { caseFinder, type Finder } from './label-match.ts'
import { readMeta } from './meta.ts'
import type { Project } from './project.ts'
import { pseudonyms } from './pseudonyms.ts'
import { addChange, changesOfCase, held, stand, toFlag, type Change, type Said } from './readings.ts'

const LISTED = 1000
const CASES_A_STEP = 200

interface Incoming { readonly caseId: number; readonly flag: Flag; readonly here: Flag | null; readonly kind: 'added' | 'same' | 'conflict' }
interface Options { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void }
export interface FlagImport { readonly mapping: FlagMapping | null; readonly reader: string; readonly apply: boolean; readonly replace: boolean }

/**
 * Takes the flags of a file in, each as the word of its reader, outside any plan, with the time it was given where the file has one. What the same reader said
 * here and differs is a conflict: it is listed, and stays unless `replace`; then it stays in the log. Other readers' flags are not touched. With `apply` all of it is written or,
 * on an error or a cancel, none. Throws what `readFlags` throws, and `bad-parameter` where it is not known whose flags they are.
 */
export async function importFlags(project: Project, file: string, { mapping, reader, apply, replace }: FlagImport, options: Options = {}): Promise<FlagImportReport> {
  const { flags, problems } = await readFlags(file, mapping, options)
  const { incoming, unmatched, twice } = await match(project, flags.map((one) => one.flag.reader === '' ? { ...one, flag: { ...one.flag, reader } } : one))
  const conflicts = incoming.filter(({ kind }) => kind === 'conflict')
  const written = incoming.filter(({ kind }) => kind === 'added' || (kind === 'conflict' && replace))
  if (apply) await write(project, written, options)
  const count = (kind: Incoming['kind']) => incoming.filter((one) => one.kind === kind).length
  return {
    flags: flags.length, added: count('added'), same: count('same'), conflictCount: conflicts.length,
    conflicts: conflicts.slice(0, LISTED).map(({ caseId, flag, here }): FlagConflict => ({ caseId, file: fileOf(project, caseId), reader: flag.reader, here: here!, there: flag })),
    unmatchedCount: unmatched.length, unmatched: unmatched.slice(0, LISTED), readers: [...new Set(incoming.map(({ flag }) => flag.reader))].sort(),
    problems: [
      ...problems,
      ...(twice > 0 ? [`${twice} rows speak of a case and reader that an earlier row spoke of; the last one counts.`] : []),
      ...(flags.length > 0 && incoming.length === 0 ? ['No flag of the file names a case of the project. Import the same studies first, or join by another column.'] : []),
      ...(flags.length === 0 ? ['The file has no flag that could be taken in.'] : []),
    ],
    applied: apply, replaced: apply && replace ? conflicts.length : 0,
  }
}

async function match(project: Project, flags: readonly FileFlag[]): Promise<{ incoming: Incoming[]; unmatched: { line: number; key: string }[]; twice: number }> {
  const find = await finder(project)
  const unmatched: { line: number; key: string }[] = []
  const last = new Map<string, { caseId: number; flag: Flag }>()
  let twice = 0
  for (const { line, file, sopInstanceUid, flag } of flags) {
    if (flag.reader === '') throw new ReviewError('bad-parameter', 'The file does not say whose flags these are. Name the reader, or choose the column that does.')
    const caseId = find(sopInstanceUid, file)
    if (caseId === null) {
      unmatched.push({ line, key: sopInstanceUid || file })
      continue
    }
    const key = `${caseId}\0${flag.reader}`
    if (last.has(key)) twice++
    last.set(key, { caseId, flag })
  }
  const incoming: Incoming[] = []
  for (const { caseId, flag } of last.values()) {
    const there = held(changesOfCase(project, caseId)).find(({ key }) => key.planId === null && key.pass === 'first' && key.reader === flag.reader)?.last
    const here = there?.said ? toFlag(there as Change & { readonly said: Said }) : null
    incoming.push({ caseId, flag, here, kind: here === null ? 'added' : says(here) === says(flag) ? 'same' : 'conflict' })
    if (incoming.length % CASES_A_STEP === 0) await rest()
  }
  return { incoming, unmatched, twice }
}

/** By SOP Instance UID, plain or as this project replaces it in full de-identification, else by file. */
async function finder(project: Project): Promise<(uid: string, file: string) => number | null> {
  const [byUid, byFile] = [await caseFinder(project, 'sopInstanceUid'), await caseFinder(project, 'file')] as [Finder, Finder]
  const { uid: replaced } = pseudonyms(readMeta(project.database, 'pseudonym-key')!)
  const byReplaced = new Map(project.database.all<{ id: number; uid: string }>(`SELECT id, sop_instance_uid AS uid FROM cases WHERE sop_instance_uid <> ''`).map(({ id, uid }) => [replaced(uid), id]))
  const one = (found: ReturnType<Finder>): number | null => found !== 'ambiguous' && found.length === 1 ? found[0]! : null
  return (uid, file) => {
    const byImage = uid === '' ? null : one(byUid(uid)) ?? byReplaced.get(uid) ?? null
    return byImage ?? (file === '' ? null : one(byFile(file)))
  }
}

async function write(project: Project, written: readonly Incoming[], { signal, onProgress }: Options): Promise<void> {
  await project.database.longTransaction(async () => {
    for (let start = 0; start < written.length; start += CASES_A_STEP) {
      if (signal?.aborted) throw new ReviewError('cancelled', 'The import of flags was cancelled; nothing was changed.')
      const step = written.slice(start, start + CASES_A_STEP)
      for (const { caseId, flag: { verdict, reasons, note, region, reader, time } } of step) {
        addChange(project, { caseId, planId: null, reader, pass: 'first' }, { kind: 'flag', said: { verdict, reasons, note, region, seen: [], elapsedMs: null }, ...(time === '' ? {} : { time }) })
      }
      stand(project, step.map(({ caseId }) => caseId))
      onProgress?.(Math.min(start + CASES_A_STEP, written.length), written.length)
      await rest()
    }
  })
}

/** What a flag says, apart from when. */
const says = ({ verdict, reasons, note, region }: Flag): string => JSON.stringify([verdict, [...reasons].sort(), note.trim(), region && [region.x, region.y, region.width, region.height]])
const fileOf = (project: Project, caseId: number): string => project.database.get<{ file: string }>('SELECT file FROM cases WHERE id = ?', [caseId])!.file
const rest = () => new Promise((resolve) => setImmediate(resolve))
