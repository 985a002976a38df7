import { basename } from 'node:path'

import type { LabelMapping, LabelMatch } from '../contract/records.ts'
import { ReviewError } from '../contract/errors.ts'
import { readLabelFile } from './label-file.ts'
import type { Project } from './project.ts'

const LISTED = 1000
const CASES_A_STEP = 5000

/** What a row says of its cases. */
export interface LabelRow { readonly label: string | null; readonly groups: readonly string[] }
export interface Matching { readonly match: LabelMatch; readonly rowOf: ReadonlyMap<number, LabelRow> }

/**
 * Joins the rows of a labels file to the cases. By file: the path relative to the studies folder, else its last part, each with or without extension,
 * where that names one case only. A patient id or accession may name several cases; all take the row. Where two rows claim one case, the last counts.
 * Throws `labels-missing-column` and what `readLabelFile` throws.
 */
export async function matchLabels(project: Project, file: string, mapping: LabelMapping, options: { signal?: AbortSignal } = {}): Promise<Matching> {
  const find = await caseFinder(project, mapping.join)
  const rowOf = new Map<number, LabelRow>()
  const claimed = new Map<number, number>()
  const unmatchedRows: { line: number; key: string }[] = []
  const duplicateRows: { line: number; key: string }[] = []
  let matchedRows = 0
  let unmatchedRowCount = 0
  let ambiguous = 0
  let empty = 0
  let places: { key: number; label: number | null; groups: number[] } | null = null

  const head = await readLabelFile(file, (row, line, { columns }) => {
    places ??= placesOf(columns, mapping, file)
    const key = row[places.key]!
    const ids = key === '' ? [] : find(key)
    if (key === '') empty++
    if (ids === 'ambiguous') ambiguous++
    if (ids === 'ambiguous' || ids.length === 0) {
      unmatchedRowCount++
      if (unmatchedRows.length < LISTED) unmatchedRows.push({ line, key })
      return
    }
    matchedRows++
    const isDuplicate = ids.some((id) => claimed.has(id))
    if (isDuplicate && duplicateRows.length < LISTED) duplicateRows.push({ line, key })
    const label = places.label === null ? null : row[places.label]!
    const { groups } = places
    for (const id of ids) {
      claimed.set(id, line)
      rowOf.set(id, { label: label === '' ? null : label, groups: groups.map((place) => row[place]!) })
    }
  }, options)
  placesOf(head.columns, mapping, file)

  const unmatched = unmatchedCases(project, claimed)
  const problems = [
    ...(ambiguous > 0 ? [`${ambiguous} rows name several cases. Join by SOP Instance UID, or give the path below the studies folder.`] : []),
    ...(empty > 0 ? [`${empty} rows have nothing in '${mapping.joinColumn}'.`] : []),
    ...(matchedRows === 0 ? [`No row names a case of the project. Check what '${mapping.joinColumn}' holds, and what it is joined to.`] : []),
  ]
  return {
    match: { matchedRows, matchedCases: rowOf.size, unmatchedRowCount, unmatchedRows, unmatchedCaseCount: unmatched.count, unmatchedCases: unmatched.cases, duplicateRows, problems },
    rowOf,
  }
}

function placesOf(columns: readonly string[], mapping: LabelMapping, file: string): { key: number; label: number | null; groups: number[] } {
  const place = (column: string) => {
    const index = columns.indexOf(column)
    if (index >= 0) return index
    throw new ReviewError('labels-missing-column', `The labels file '${basename(file)}' has no column '${column}'. Its columns are: ${columns.slice(0, 30).join(', ')}.`, { details: { column } })
  }
  return { key: place(mapping.joinColumn), label: mapping.labelColumn === null ? null : place(mapping.labelColumn), groups: mapping.groupColumns.map(place) }
}

function unmatchedCases(project: Project, claimed: ReadonlyMap<number, number>): { count: number; cases: { id: number; file: string }[] } {
  const ids = (JSON.parse(project.database.get<{ ids: string }>('SELECT json_group_array(id) AS ids FROM (SELECT id FROM cases ORDER BY id)')!.ids) as number[]).filter((id) => !claimed.has(id))
  const cases = project.database.all<{ id: number; file: string }>('SELECT id, file FROM cases WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id', [JSON.stringify(ids.slice(0, LISTED))])
  return { count: ids.length, cases }
}

export type Finder = (key: string) => readonly number[] | 'ambiguous'

/** Cases by what a row calls them, read in steps so that nothing else waits for long. */
export async function caseFinder(project: Project, join: LabelMapping['join']): Promise<Finder> {
  const index = new Map<string, number[]>()
  const add = (key: string, id: number) => {
    const known = index.get(key)
    if (!known) index.set(key, [id])
    else if (known.at(-1) !== id) known.push(id)
  }
  for (let after = 0; ;) {
    const rows = project.database.all<{ id: number; file: string; sopInstanceUid: string; patientId: string; accession: string }>(
      'SELECT id, file, sop_instance_uid AS sopInstanceUid, patient_id AS patientId, accession FROM cases WHERE id > ? ORDER BY id LIMIT ?', [after, CASES_A_STEP])
    if (rows.length === 0) break
    for (const row of rows) {
      if (join === 'file') for (const key of fileKeys(row.file)) add(key, row.id)
      else if (row[join] !== '') add(row[join], row.id)
    }
    after = rows.at(-1)!.id
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (join !== 'file') return (key) => index.get(key) ?? []
  return (key) => {
    for (const candidate of fileKeys(key)) {
      const ids = index.get(candidate)
      if (ids) return ids.length === 1 ? ids : 'ambiguous'
    }
    return []
  }
}

/** The names a file goes by, the most telling first. */
function fileKeys(file: string): string[] {
  const path = file.replaceAll('\\', '/').replace(/^\.?\//, '').toLowerCase()
  const name = path.slice(path.lastIndexOf('/') + 1)
  const bare = (text: string) => text.replace(/\.[a-z0-9]{1,5}$/, '')
  return [...new Set([path, bare(path), name, bare(name)])]
}
