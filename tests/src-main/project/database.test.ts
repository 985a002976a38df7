import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

import { APPLICATION_ID, openDatabase } from '../../../src-main/project/database.ts'
import { MIGRATIONS, SCHEMA_VERSION } from '../../../src-main/project/migrations/migrations.ts'
import { migrate } from '../../../src-main/project/migrate.ts'
import { createProject, openProject } from '../../../src-main/project/project.ts'
import { caseDetail } from '../../../src-main/project/case-rows.ts'
import { projectInfo } from '../../../src-main/project/project-info.ts'
import { fill } from '../../fixtures/projects/synthetic.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'

const folder = temporaryFolder()
const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/projects/${name}`, import.meta.url))
const HOLDER = fixture('hold-project.ts')

/** A second program that has the project open. */
async function heldElsewhere(file: string) {
  const child = spawn(process.execPath, [HOLDER, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

test.each(MIGRATIONS.map(({ version }) => version))('a project of schema version %i opens with everything in it', (version) => {
  const file = join(folder, `version-${version}.rightreason`)
  copyFileSync(fixture(`version-${version}.rightreason`), file)
  const project = openProject(file)
  expect(projectInfo(project)).toMatchObject({ cases: 12, scored: 12, groupColumns: ['site'], model: { name: 'm.onnx', classes: ['normal', 'pneumonia'] } })
  expect(caseDetail(project, 3).flag).toMatchObject({ verdict: 'wrong-reason', reasons: ['laterality-marker', 'device'], note: 'the marker', region: { x: 1 }, reader: 'Reader' })
  expect(project.database.get('PRAGMA user_version')).toEqual({ user_version: SCHEMA_VERSION })
  project.close()
})

test('migrations are numbered 1, 2, 3 … without a gap', () => {
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1))
})

test('a project of a newer version is refused with both versions and left as it is', () => {
  const file = join(folder, 'newer.rightreason')
  createProject(file, { version: 'x' }).close()
  const database = openDatabase(file)
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 7}`)
  database.close()
  const before = readFileSync(file)
  expect(() => openProject(file)).toThrow(expect.objectContaining({ code: 'project-newer', details: { version: SCHEMA_VERSION + 7, readable: SCHEMA_VERSION } }))
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('a migration that fails leaves the schema of the version before', () => {
  const file = join(folder, 'half.rightreason')
  createProject(file, { version: 'x' }).close()
  const database = openDatabase(file)
  const broken = [...MIGRATIONS, { version: SCHEMA_VERSION + 1, sql: 'CREATE TABLE extra (id INTEGER); CREATE TABLE cases (id INTEGER)' }]
  expect(() => migrate(database, broken)).toThrow()
  expect(database.get('PRAGMA user_version')).toEqual({ user_version: SCHEMA_VERSION })
  expect(database.get(`SELECT 1 FROM sqlite_master WHERE name = 'extra'`)).toBeUndefined()
  database.close()
  openProject(file).close()
})

test('a text file, an empty file and a folder are not projects', () => {
  const text = join(folder, 'text.rightreason')
  writeFileSync(text, 'patient,label\n'.repeat(200))
  const empty = join(folder, 'empty.rightreason')
  writeFileSync(empty, '')
  for (const file of [text, empty, folder]) expect(() => openProject(file)).toThrow(expect.objectContaining({ code: 'not-a-project' }))
  expect(readFileSync(text, 'utf8')).toBe('patient,label\n'.repeat(200))
})

test('another program\'s SQLite file is refused and not touched', () => {
  const file = join(folder, 'foreign.sqlite')
  const foreign = openDatabase(file)
  foreign.exec('CREATE TABLE bookmarks (id INTEGER PRIMARY KEY, url TEXT)')
  foreign.close()
  expect(() => openProject(file)).toThrow(expect.objectContaining({ code: 'not-a-project' }))
  const again = openDatabase(file)
  expect(again.all(`SELECT name FROM sqlite_master`)).toEqual([{ name: 'bookmarks' }])
  again.close()
})

test('a project with overwritten pages is told damaged', () => {
  const file = join(folder, 'damaged.rightreason')
  const project = createProject(file, { version: 'x' })
  fill(project, 300)
  project.close()
  const bytes = readFileSync(file)
  bytes.fill(0xa5, 4096 * 3, bytes.length - 4096)
  writeFileSync(file, bytes)
  expect(() => openProject(file)).toThrow(expect.objectContaining({ code: 'project-damaged' }))
})

test('a project that was cut off is told damaged', () => {
  const file = join(folder, 'cut.rightreason')
  const project = createProject(file, { version: 'x' })
  fill(project, 300)
  project.close()
  truncateSync(file, 4096 * 5)
  expect(() => openProject(file)).toThrow(expect.objectContaining({ code: 'project-damaged' }))
})

test('a project that is open in this program is locked for a second opening, and free once it is closed', () => {
  const file = join(folder, 'twice.rightreason')
  const project = createProject(file, { version: 'x' })
  expect(() => openProject(file)).toThrow(expect.objectContaining({ code: 'project-locked' }))
  project.close()
  openProject(file).close()
})

test('a project that is open in another program is locked, and free once that program was killed', async () => {
  const file = join(folder, 'held.rightreason')
  createProject(file, { version: 'x' }).close()
  const child = await heldElsewhere(file)
  expect(() => openProject(file)).toThrow(expect.objectContaining({ code: 'project-locked' }))
  child.kill('SIGKILL')
  await once(child, 'exit')
  openProject(file).close()
})

test('opening a project prints no warning', async () => {
  const file = join(folder, 'quiet.rightreason')
  createProject(file, { version: 'x' }).close()
  const child = spawn(process.execPath, [HOLDER, file], { stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString() })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(errors).toBe('')
})

test('a full disk is told as such, and what was saved before stays', () => {
  const file = join(folder, 'full.rightreason')
  const project = createProject(file, { version: 'x' })
  fill(project, 50)
  const pages = Object.values(project.database.get<Record<string, number>>('PRAGMA page_count')!)[0]
  project.database.exec(`PRAGMA max_page_count = ${pages}`)
  expect(() => project.database.transaction(() => {
    for (let i = 0; i < 5000; i++) project.database.run('INSERT INTO audit (uid, time, reader, action, details) VALUES (?, ?, ?, ?, ?)', [String(i), 't', 'r', 'a', 'x'.repeat(1000)])
  })).toThrow(expect.objectContaining({ code: 'disk-full' }))
  expect(projectInfo(project)).toMatchObject({ cases: 50, scored: 50 })
  project.close()
  const again = openProject(file)
  expect(projectInfo(again).cases).toBe(50)
  again.close()
})

test('a new project does not take the place of a file that exists', () => {
  const file = join(folder, 'there.rightreason')
  writeFileSync(file, 'mine')
  expect(() => createProject(file, { version: 'x' })).toThrow(expect.objectContaining({ code: 'file-unwritable' }))
  expect(readFileSync(file, 'utf8')).toBe('mine')
  expect(() => createProject(join(folder, 'no', 'such', 'folder.rightreason'), { version: 'x' })).toThrow(expect.objectContaining({ code: 'file-unwritable' }))
})

test('closing a project leaves one file', () => {
  const file = join(folder, 'one.rightreason')
  const project = createProject(file, { version: 'x' })
  fill(project, 5)
  project.close()
  expect(['-wal', '-shm', '-journal'].filter((part) => existsSync(`${file}${part}`))).toEqual([])
  const database = openDatabase(file)
  expect(database.get('PRAGMA application_id')).toEqual({ application_id: APPLICATION_ID })
  database.close()
})

test('while a long transaction is at work others are told to wait, and its failure takes everything back', async () => {
  const database = openDatabase(join(folder, 'long.db'))
  database.exec('CREATE TABLE t (x INTEGER)')
  let goOn = () => {}
  const long = database.longTransaction(async () => {
    database.run('INSERT INTO t VALUES (1)')
    await new Promise<void>((resolve) => { goOn = resolve })
    throw new Error('no more')
  })
  expect(() => database.transaction(() => database.run('INSERT INTO t VALUES (2)'))).toThrow(expect.objectContaining({ code: 'busy' }))
  goOn()
  await expect(long).rejects.toThrow('no more')
  await database.whenWritable()
  database.transaction(() => database.run('INSERT INTO t VALUES (3)'))
  expect(database.all('SELECT x FROM t')).toEqual([{ x: 3 }])
  database.close()
})

test('what a person entered waits for the disk, other writes do not', () => {
  const database = openDatabase(join(folder, 'durable.db'))
  const level = () => Object.values(database.get<Record<string, number>>('PRAGMA synchronous')!)[0]
  const [NORMAL, FULL] = [1, 2]
  expect(database.durably(level)).toBe(FULL)
  expect(() => database.durably(() => { throw new Error('no') })).toThrow('no')
  expect(database.transaction(level)).toBe(NORMAL)
  expect(database.transaction(() => database.durably(level))).toBe(NORMAL)
  database.close()
})
