import type { Outline, Zone, ZoneTemplate } from '../contract/causal.ts'
import type { Project } from './project.ts'
import { changed } from './project.ts'
import { readerId } from './readings.ts'

/** What image analysis found in a case; null: nothing of this version yet. */
export function detectedZones(project: Project, caseId: number, detector: number): readonly Zone[] | null {
  return zonesWithPixels(project, caseId, detector)?.zones ?? null
}

/** The same with the hash of the pixels that they were found in. */
export function zonesWithPixels(project: Project, caseId: number, detector: number): { readonly zones: readonly Zone[]; readonly pixelSha256: string } | null {
  const row = project.database.get<{ zones: string; pixelSha256: string }>('SELECT zones, pixel_sha256 AS pixelSha256 FROM case_zones WHERE case_id = ? AND detector = ?', [caseId, detector])
  return row ? { ...row, zones: JSON.parse(row.zones) as Zone[] } : null
}

export function storeZones(project: Project, caseId: number, zones: readonly Zone[], pixelSha256: string, detector: number): void {
  project.database.transaction(() => project.database.run('INSERT OR REPLACE INTO case_zones (case_id, zones, pixel_sha256, detector) VALUES (?, ?, ?, ?)', [caseId, JSON.stringify(zones), pixelSha256, detector]))
}

/** What exposure and processing made of a case: grey values at fixed percentiles of the model's input, and the strength of its finest detail. */
export interface StoredTone { readonly values: readonly number[]; readonly detail: number }

export function storeTone(project: Project, modelId: number, caseId: number, tone: StoredTone): void {
  project.database.transaction(() => project.database.run('INSERT OR REPLACE INTO case_tones (model_id, case_id, tone) VALUES (?, ?, ?)', [modelId, caseId, JSON.stringify(tone)]))
}

export function storedTones(project: Project, caseIds: readonly number[]): Map<number, StoredTone> {
  const rows = project.database.all<{ caseId: number; tone: string }>('SELECT case_id AS caseId, tone FROM case_tones WHERE model_id = ? AND case_id IN (SELECT value FROM json_each(?))', [project.modelId, JSON.stringify(caseIds)])
  return new Map(rows.map(({ caseId, tone }) => [caseId, JSON.parse(tone) as StoredTone]))
}

export function zoneCorrections(project: Project, caseId: number): ReadonlyMap<string, Outline> {
  const rows = project.database.all<{ name: string; outline: string }>('SELECT name, outline FROM zone_corrections WHERE case_id = ?', [caseId])
  return new Map(rows.map(({ name, outline }) => [name, JSON.parse(outline) as Outline]))
}

/** null goes back to what was detected. What hung on the zone is forgotten, and computed anew by the next job. */
export function correctZone(project: Project, caseId: number, name: string, outline: Outline | null, reader: string): void {
  const { database } = project
  database.durably(() => {
    if (outline === null) database.run('DELETE FROM zone_corrections WHERE case_id = ? AND name = ?', [caseId, name])
    else database.run('INSERT OR REPLACE INTO zone_corrections (case_id, name, outline, reader_id, time) VALUES (?, ?, ?, ?, ?)', [caseId, name, JSON.stringify(outline), readerId(project, reader), new Date().toISOString()])
    database.run('DELETE FROM suspicions WHERE case_id = ?', [caseId])
  })
  changed(project, 'suspicions')
}

export function zoneTemplates(project: Project): ZoneTemplate[] {
  return project.database.all<{ name: string; frame: ZoneTemplate['frame']; outline: string; cue: number }>('SELECT name, frame, outline, cue FROM zone_templates ORDER BY name')
    .map(({ outline, cue, ...row }) => ({ ...row, outline: JSON.parse(outline) as ZoneTemplate['outline'], cue: cue === 1 }))
}

/** One of the same name is replaced. All suspicions are forgotten, since every case has the zone now. */
export function saveTemplate(project: Project, { name, frame, outline, cue }: ZoneTemplate, reader: string): void {
  const { database } = project
  database.durably(() => {
    database.run('INSERT OR REPLACE INTO zone_templates (name, frame, outline, cue, reader_id, time) VALUES (?, ?, ?, ?, ?, ?)', [name, frame, JSON.stringify(outline), cue ? 1 : 0, readerId(project, reader), new Date().toISOString()])
    database.run('DELETE FROM suspicions')
  })
  changed(project, 'suspicions')
}

export function removeTemplate(project: Project, name: string): void {
  const { database } = project
  database.durably(() => {
    if (database.run('DELETE FROM zone_templates WHERE name = ?', [name]).changes > 0) database.run('DELETE FROM suspicions')
  })
  changed(project, 'suspicions')
}
