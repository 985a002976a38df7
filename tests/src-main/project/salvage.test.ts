import { copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

import { caseRows } from '../../../src-main/project/case-rows.ts'
import { openDatabase } from '../../../src-main/project/database.ts'
import { flagOf } from '../../../src-main/project/flags.ts'
import { SCHEMA_VERSION } from '../../../src-main/project/migrations/migrations.ts'
import { createProject, openProject } from '../../../src-main/project/project.ts'
import type { Project } from '../../../src-main/project/project.ts'
import { setFlag } from '../../../src-main/project/reviews.ts'
import { salvageProject } from '../../../src-main/project/salvage.ts'
import { fill } from '../../fixtures/projects/synthetic.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'

const folder = temporaryFolder()
const at = (name: string) => join(folder, `${name}.rightreason`)
const PAGE = 4096
const FLAGS = 200

/** A project of 300 cases with 200 flags, and the pages that hold a table. */
function flagged(name: string): { readonly file: string; readonly pagesOf: (table: string) => number[] } {
  const file = at(name)
  const project: Project = createProject(file, { version: 'x' })
  fill(project, 300, 1, { flags: false })
  for (let caseId = 1; caseId <= FLAGS; caseId++) setFlag(project, caseId, { verdict: 'wrong-reason', reasons: ['device'], note: `note ${caseId}`, region: null }, 'Reader')
  const roots = new Map(project.database.all<{ name: string; rootpage: number }>('SELECT name, rootpage FROM sqlite_master').map((row) => [row.name, row.rootpage]))
  project.close()
  const bytes = readFileSync(file)
  /** children of an interior table b-tree page (type 5): 4 bytes at the head of each cell, and the right-most (SQLite file format, 1.6) */
  const below = (page: number): number[] => {
    const start = (page - 1) * PAGE
    if (bytes[start] !== 5) return [page]
    const cells = bytes.readUInt16BE(start + 3)
    return [...Array.from({ length: cells }, (_, i) => bytes.readUInt32BE(start + bytes.readUInt16BE(start + 12 + 2 * i))), bytes.readUInt32BE(start + 8)].flatMap(below)
  }
  return { file, pagesOf: (table) => below(roots.get(table)!) }
}

function breakPages(file: string, pages: readonly number[]): void {
  const bytes = readFileSync(file)
  for (const page of pages) bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE)
  writeFileSync(file, bytes)
}

test('a broken page in the middle of the readings costs its own rows, and the flags that stand are all there', () => {
  const { file, pagesOf } = flagged('middle')
  const pages = pagesOf('readings')
  expect(pages.length).toBeGreaterThan(6)
  breakPages(file, [pages[3]])
  expect(() => openProject(file)).toThrow(expect.objectContaining({ code: 'project-damaged', message: expect.stringContaining('right-reason salvage') as string }))
  const before = readFileSync(file)
  const report = salvageProject(file, at('middle-saved'))
  expect(readFileSync(file).equals(before)).toBe(true)
  expect(report).toMatchObject({ cases: 300, flags: FLAGS })
  const readings = report.tables.find(({ name }) => name === 'readings')!
  expect(readings).toMatchObject({ damaged: true })
  expect(readings.rows).toBeGreaterThan(FLAGS * (1 - 2 / pages.length))
  expect(readings.rows).toBeLessThan(FLAGS)
  const saved = openProject(at('middle-saved'))
  for (let caseId = 1; caseId <= FLAGS; caseId++) expect(flagOf(saved, caseId)).toMatchObject({ verdict: 'wrong-reason', note: `note ${caseId}`, reader: 'Reader' })
  setFlag(saved, 1, { verdict: 'unsure', reasons: [], note: 'goes on', region: null }, 'Reader')
  saved.close()
})

test('a flag whose case is lost is kept, with a case in its place that says so', () => {
  const { file, pagesOf } = flagged('cases')
  breakPages(file, pagesOf('cases').slice(1, 3))
  const report = salvageProject(file, at('cases-saved'))
  expect(report.flags).toBe(FLAGS)
  const saved = openProject(at('cases-saved'))
  const rows = caseRows(saved, Array.from({ length: FLAGS }, (_, index) => index + 1))
  expect(rows).toHaveLength(FLAGS)
  const lost = rows.filter((row) => row.file.startsWith('lost case'))
  expect(lost.length).toBeGreaterThan(0)
  expect(lost[0]).toMatchObject({ status: 'unreadable', verdict: 'wrong-reason', error: { code: 'project-damaged' } })
  expect(saved.database.all('PRAGMA foreign_key_check')).toEqual([])
  saved.close()
})

test('of a project that was cut off the part that is there is saved', () => {
  const { file } = flagged('cut')
  const pages = readFileSync(file).length / PAGE
  truncateSync(file, Math.floor(pages * 0.8) * PAGE)
  expect(() => openProject(file)).toThrow(expect.objectContaining({ code: 'project-damaged' }))
  const report = salvageProject(file, at('cut-saved'))
  expect(report.cases).toBeGreaterThan(0)
  expect(report.tables.some(({ damaged }) => damaged)).toBe(true)
  openProject(at('cut-saved')).close()
})

test('bits that flipped anywhere never end in a crash, and what is said to be saved opens', () => {
  const { file } = flagged('flips')
  const whole = readFileSync(file)
  for (let seed = 1; seed <= 12; seed++) {
    const bytes = Buffer.from(whole)
    for (let i = 0; i < 40; i++) bytes[(PAGE + ((seed * 7919 + i * 104_729) * 31) % (bytes.length - PAGE))] ^= 1 << (i % 8)
    const damaged = at(`flips-${seed}`)
    writeFileSync(damaged, bytes)
    const out = at(`flips-${seed}-saved`)
    const report = salvageProject(damaged, out)
    expect(report.flags).toBeGreaterThan(FLAGS / 2)
    openProject(out).close()
  }
})

test('a project of an earlier version is saved too, and brought up to this one', () => {
  const file = at('old')
  copyFileSync(fileURLToPath(new URL('../../fixtures/projects/version-1.rightreason', import.meta.url)), file)
  expect(salvageProject(file, at('old-saved'))).toMatchObject({ cases: 12, flags: expect.any(Number) as number })
  const saved = openProject(at('old-saved'))
  expect(flagOf(saved, 3)).toMatchObject({ verdict: 'wrong-reason', note: 'the marker' })
  expect(saved.database.get('PRAGMA user_version')).toEqual({ user_version: SCHEMA_VERSION })
  saved.close()
})

test('what is no project, or has lost its first page, is told so and leaves no file', () => {
  const text = at('text')
  writeFileSync(text, 'patient,label\n'.repeat(500))
  expect(() => salvageProject(text, at('text-saved'))).toThrow(expect.objectContaining({ code: 'not-a-project' }))
  const { file } = flagged('first-page')
  breakPages(file, [1])
  expect(() => salvageProject(file, at('first-saved'))).toThrow(expect.objectContaining({ code: 'not-a-project' }))
  expect(existsSync(at('text-saved')) || existsSync(at('first-saved'))).toBe(false)
  writeFileSync(at('there'), 'mine')
  expect(() => salvageProject(file, at('there'))).toThrow(expect.objectContaining({ code: 'file-unwritable' }))
  expect(readFileSync(at('there'), 'utf8')).toBe('mine')
})

test('a project of an earlier version is copied beside itself before it is brought up to this one', () => {
  const file = at('backed')
  copyFileSync(fileURLToPath(new URL('../../fixtures/projects/version-1.rightreason', import.meta.url)), file)
  openProject(file).close()
  const backup = openDatabase(at('backed.version-1'))
  expect(backup.get('PRAGMA user_version')).toEqual({ user_version: 1 })
  expect(backup.get('SELECT note FROM flags WHERE case_id = 3')).toEqual({ note: 'the marker' })
  backup.close()
  openProject(file).close()
  expect(existsSync(at('backed.version-1-2'))).toBe(false)
})
