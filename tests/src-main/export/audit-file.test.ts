import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { AuditEntry } from '../../../src-main/contract/protocol.ts'
import { writeAudit } from '../../../src-main/export/audit-file.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'right-reason-audit-')) })
afterEach(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)

const ENTRIES: readonly AuditEntry[] = [
  { uid: 'a', time: '2026-11-27T10:00:00.000Z', reader: '=cmd|\'/C calc\'!A1', action: 'flag', caseId: 3, file: 'site "b"/3.dcm', before: null, after: { verdict: 'wrong-reason', note: 'two\nlines, "quoted"' }, details: { plan: null } },
  { uid: 'b', time: '2026-11-27T10:01:00.000Z', reader: 'Ben', action: 'export', caseId: null, file: null, before: null, after: null, details: { format: 'csv', cases: 3 } },
]

it('as CSV a parser reads every entry back, and no spreadsheet runs one', async () => {
  expect(await writeAudit(at('log.csv'), 'csv', ENTRIES)).toBe(2)
  const [first, second] = parse(readFileSync(at('log.csv'), 'utf8'), { columns: true }) as Record<string, string>[]
  expect(first).toMatchObject({ reader: '\'=cmd|\'/C calc\'!A1', caseId: '3', before: '', file: 'site "b"/3.dcm' })
  expect(JSON.parse(first!.after!)).toEqual(ENTRIES[0]!.after)
  expect(JSON.parse(second!.details!)).toEqual({ format: 'csv', cases: 3 })
})

it('as JSON it is the log itself, also where there is nothing in it', async () => {
  await writeAudit(at('log.json'), 'json', ENTRIES)
  expect(JSON.parse(readFileSync(at('log.json'), 'utf8'))).toEqual({ format: 'right-reason/audit@1', entries: ENTRIES })
  await writeAudit(at('none.json'), 'json', [])
  expect(JSON.parse(readFileSync(at('none.json'), 'utf8'))).toEqual({ format: 'right-reason/audit@1', entries: [] })
})
