import type { CausalCheck } from '../contract/causal.ts'
import type { Project } from './project.ts'
import { readerId } from './readings.ts'

/** On disk when it returns. Gives the check with its number. */
export function storeCheck(project: Project, check: Omit<CausalCheck, 'id'>, origin: { readonly pixelSha256: string; readonly version: string }): CausalCheck {
  const { lastId } = project.database.durably(() => project.database.run(
    'INSERT INTO causal_checks (model_id, case_id, record, pixel_sha256, version, reader_id, time) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [project.modelId, check.caseId, JSON.stringify(check), origin.pixelSha256, origin.version, readerId(project, check.reader), check.time]))
  return { ...check, id: lastId }
}

/** Of one case under the model in use, the newest last. */
export function checksOf(project: Project, caseId: number): CausalCheck[] {
  return project.database.all<{ id: number; record: string }>('SELECT id, record FROM causal_checks WHERE model_id = ? AND case_id = ? ORDER BY id', [project.modelId, caseId]).map(toCheck)
}

/** null: there is none of this number under the model in use. */
export function checkOf(project: Project, id: number): CausalCheck | null {
  const row = project.database.get<{ id: number; record: string }>('SELECT id, record FROM causal_checks WHERE model_id = ? AND id = ?', [project.modelId, id])
  return row ? toCheck(row) : null
}

function toCheck({ id, record }: { readonly id: number; readonly record: string }): CausalCheck {
  return { ...JSON.parse(record) as Omit<CausalCheck, 'id'>, id }
}
