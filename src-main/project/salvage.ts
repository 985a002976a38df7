import type { DatabaseSync as Connection } from 'node:sqlite'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

import { ReviewError } from '../contract/errors.ts'
import type { SalvageReport } from '../contract/protocol.ts'
import { openDatabase } from './database.ts'
import type { Database, SqlValue } from './database.ts'
import { MIGRATIONS, SCHEMA_VERSION } from './migrations/migrations.ts'
import { migrate } from './migrate.ts'
import { openProject } from './project.ts'
import { sqlite } from './sqlite.ts'

type Row = Readonly<Record<string, SqlValue>>
interface Source { readonly version: number; all(sql: string, parameters?: readonly SqlValue[]): Row[]; each(sql: string, parameters: readonly SqlValue[], take: (row: Row) => void): void; close(): void }

/**
 * Copies what can still be read of a damaged project into a new one, row by row: beyond a broken page the next row is looked for, so that it costs the rows on
 * it and few others. A flag whose case is lost is kept with a case in its place that says so. The damaged file is not touched. Throws `file-not-found`,
 * `not-a-project`, `file-unwritable` where `out` exists, and `project-damaged` where nothing can be read.
 */
export function salvageProject(file: string, out: string): SalvageReport {
  if (!existsSync(file)) throw new ReviewError('file-not-found', `There is no project '${basename(file)}' there. It may have been moved or deleted.`)
  if (existsSync(out)) throw new ReviewError('file-unwritable', `'${basename(out)}' exists already. Choose another name for what can be saved.`)
  const folder = mkdtempSync(join(tmpdir(), 'right-reason-salvage-'))
  try {
    const source = openDamaged(file, join(folder, 'damaged'))
    try {
      return copyInto(source, file, out)
    } finally {
      source.close()
    }
  } catch (thrown) {
    if (!(thrown instanceof ReviewError && thrown.code === 'file-unwritable')) for (const part of ['', '-wal', '-journal']) rmSync(`${out}${part}`, { force: true })
    throw thrown
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Works on a copy, because what SQLite still has in the log beside the file is written into it on opening. `writable_schema` makes SQLite go on where the file is
 * shorter than it says or the definition of a table cannot be read; such a definition is replaced by the one that this version of the schema has.
 */
function openDamaged(file: string, copy: string): Source {
  for (const part of ['', '-wal']) if (existsSync(`${file}${part}`)) copyFileSync(`${file}${part}`, `${copy}${part}`)
  try {
    const first = connect(copy)
    const version = schemaVersion(first)
    const mended = mendDefinitions(first, version)
    const connection = mended ? reconnect(first, copy) : first
    return {
      version,
      all: (sql, parameters = []) => connection.prepare(sql).all(...parameters) as Row[],
      each(sql, parameters, take) { for (const row of connection.prepare(sql).iterate(...parameters)) take(row as Row) },
      close: () => connection.close(),
    }
  } catch (cause) {
    const isOther = (cause as { errcode?: unknown }).errcode === 26
    if (isOther) throw new ReviewError('not-a-project', `'${basename(file)}' is not a RightReason project, or its first page is gone and nothing in it can be found. Restore it from a backup.`, { cause })
    throw new ReviewError('project-damaged', `The list of tables of '${basename(file)}' is damaged, so nothing in it can be found. Restore it from a backup.`, { cause })
  }
}

function connect(file: string): Connection {
  const connection = new (sqlite().DatabaseSync)(file, { enableForeignKeyConstraints: false })
  connection.enableDefensive?.(false)
  connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA writable_schema = ON')
  connection.prepare('SELECT name FROM sqlite_master').all()
  return connection
}

function reconnect(connection: Connection, file: string): Connection {
  connection.close()
  return connect(file)
}

function schemaVersion(connection: Connection): number {
  const version = Number(Object.values(connection.prepare('PRAGMA user_version').get()!)[0])
  return version >= 1 && version <= SCHEMA_VERSION ? version : SCHEMA_VERSION
}

function mendDefinitions(connection: Connection, version: number): boolean {
  const whole = new (sqlite().DatabaseSync)(':memory:')
  try {
    for (const step of MIGRATIONS) if (step.version <= version) whole.exec(step.sql)
    const mend = connection.prepare('UPDATE sqlite_master SET sql = ? WHERE name = ? AND sql <> ?')
    return whole.prepare('SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL').all().map(({ name, sql }) => mend.run(sql, name, sql).changes > 0).includes(true)
  } finally {
    whole.close()
  }
}

function copyInto(source: Source, file: string, out: string): SalvageReport {
  const { version } = source
  const target = openDatabase(out)
  let tables: SalvageReport['tables']
  try {
    migrate(target, MIGRATIONS.filter((step) => step.version <= version))
    target.exec('PRAGMA foreign_keys = OFF')
    const names = target.all<{ name: string }>(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid`).map(({ name }) => name)
    tables = names.map((name) => ({ name, ...copyTable(source, target, name) }))
    if (tables.every(({ rows }) => rows === 0)) throw new ReviewError('project-damaged', `Nothing in '${basename(file)}' can be read any more. Restore it from a backup.`)
    target.transaction(() => mend(target))
    target.exec('PRAGMA foreign_keys = ON')
  } finally {
    target.close()
  }
  const project = openProject(out, { backup: false })
  try {
    const count = (table: string) => project.database.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)!.n
    return { out, tables, cases: count('cases'), flags: count('flags') }
  } finally {
    project.close()
  }
}

function copyTable(source: Source, target: Database, table: string): { readonly rows: number; readonly damaged: boolean } {
  const columns = target.all<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`).map(({ name }) => name)
  const insert = `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
  let rows = 0
  const put = (row: Row): void => {
    try {
      rows += target.run(insert, columns.map((column) => row[column] ?? null)).changes
    } catch {
      // a row that holds what no row can is damage too
      damaged = true
    }
  }
  let damaged = false
  target.transaction(() => { damaged = readAll(source, table, columns, put) || damaged })
  return { rows, damaged }
}

/** beyond what the rows of a project are numbered to */
const LAST_ROW = 2 ** 40

/** Every row that can be read, some of them twice. Returns whether any could not. */
function readAll(source: Source, table: string, columns: readonly string[], put: (row: Row) => void): boolean {
  const list = columns.join(', ')
  if (!reads(() => source.all(`SELECT rowid FROM ${table} LIMIT 0`))) {
    const from = (direction: string) => reads(() => source.each(`SELECT ${list} FROM ${table} ORDER BY ${columns[0]} ${direction}`, [], put))
    return !(from('ASC') || from('DESC'))
  }
  let start = 1
  for (let damaged = false; ; damaged = true) {
    let last = start - 1
    const toTheEnd = reads(() => source.each(`SELECT rowid AS rowid_, ${list} FROM ${table} NOT INDEXED WHERE rowid >= ? ORDER BY rowid`, [start], (row) => {
      put(row)
      last = Number(row.rowid_)
    }))
    if (toTheEnd) return damaged
    const next = nextReadable(last, (rowid) => reads(() => source.all(`SELECT ${list} FROM ${table} NOT INDEXED WHERE rowid = ?`, [rowid])))
    if (next === null) break
    start = next
  }
  reads(() => source.each(`SELECT ${list} FROM ${table} NOT INDEXED ORDER BY rowid DESC`, [], put))
  return true
}

/** The first row number after the broken part that begins behind `last`: by steps that double, then between the last two by halves. A page holds rows in a run. Null: none. */
function nextReadable(last: number, isReadable: (rowid: number) => boolean): number | null {
  let step = 1
  while (!isReadable(last + step)) {
    step *= 2
    if (step > LAST_ROW) return null
  }
  let [broken, whole] = [last + Math.floor(step / 2), last + step]
  while (whole - broken > 1) {
    const middle = Math.floor((broken + whole) / 2)
    if (isReadable(middle)) whole = middle
    else broken = middle
  }
  return whole
}

function reads(work: () => unknown): boolean {
  try {
    work()
    return true
  } catch {
    return false
  }
}

/** Rows that hang on lost ones: what a reader said gets a case in the lost one's place, everything else can be worked out or drawn again and goes. */
function mend(target: Database): void {
  const has = (table: string) => target.get('SELECT 1 FROM sqlite_master WHERE type = \'table\' AND name = ?', [table]) !== undefined
  const said = ['flags', 'readings', 'answers', 'plan_cases'].filter(has)
  target.run(`INSERT OR IGNORE INTO folders (id, path, added_at) SELECT c.folder_id, 'lost folder ' || c.folder_id, '' FROM cases c WHERE c.folder_id NOT IN (SELECT id FROM folders)`)
  for (const table of said) {
    target.run(`INSERT OR IGNORE INTO folders (id, path, added_at) SELECT 1, 'lost folder 1', '' WHERE NOT EXISTS (SELECT 1 FROM folders)`)
    target.run(
      `INSERT OR IGNORE INTO cases (id, folder_id, file, status, modality, sex, manufacturer, model_name, station, institution, view, body_part, frames, patient_id, accession, sop_instance_uid,
         study_instance_uid, series_instance_uid, transfer_syntax, photometric, notices, error)
       SELECT DISTINCT t.case_id, (SELECT min(id) FROM folders), 'lost case ' || t.case_id, 'unreadable', '', '', '', '', '', '', '', '', 1, '', '', '', '', '', '', '', '[]', ?
       FROM ${table} t WHERE t.case_id NOT IN (SELECT id FROM cases)`,
      [JSON.stringify({ code: 'project-damaged', message: 'The record of this case was on a damaged part of the project. Its flag was saved; import the studies again to look at the image.' })])
  }
  for (const table of ['flags', 'readings', 'answers', 'flag_history'].filter(has)) target.run(`INSERT OR IGNORE INTO readers (id, name) SELECT DISTINCT t.reader_id, 'lost reader ' || t.reader_id FROM ${table} t WHERE t.reader_id NOT IN (SELECT id FROM readers)`)
  if (has('plans')) {
    for (const table of ['readings', 'answers', 'plan_cases'] as const) {
      target.run(`INSERT OR IGNORE INTO plans (id, uid, name, definition, population, model, made_by, made_at) SELECT DISTINCT t.plan_id, 'lost ' || t.plan_id, 'lost plan ' || t.plan_id, ?, 0, NULL, '', '' FROM ${table} t WHERE t.plan_id IS NOT NULL AND t.plan_id NOT IN (SELECT id FROM plans)`,
        [JSON.stringify({ filter: { text: '', conditions: [], sampleId: null }, size: 1, seed: 0, stratify: null, secondLook: 0, hidden: [] })])
    }
  }
  for (let left = true; left;) {
    left = false
    for (const { table, rowid } of target.all<{ table: string; rowid: number | null }>('PRAGMA foreign_key_check')) {
      if (rowid === null) continue
      left = target.run(`DELETE FROM ${table} WHERE rowid = ?`, [rowid]).changes > 0 || left
    }
  }
}
