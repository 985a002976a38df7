import type { Flag, ReasonCode, Region, Verdict } from '../contract/records.ts'
import type { Project } from './project.ts'

export function flagOf(project: Project, caseId: number): Flag | null {
  const row = project.database.get<{ verdict: Verdict; reasons: string; note: string; region: string | null; reader: string; time: string }>(
    'SELECT f.verdict, f.reasons, f.note, f.region, r.name AS reader, f.time FROM flags f JOIN readers r ON r.id = f.reader_id WHERE f.case_id = ?', [caseId])
  return row ? { ...row, reasons: splitReasons(row.reasons), region: row.region === null ? null : JSON.parse(row.region) as Region } : null
}

export function splitReasons(text: string): ReasonCode[] {
  return text === '' ? [] : text.split(',') as ReasonCode[]
}
