import type { Verdict } from '../contract/records.ts'
import type { Project } from './project.ts'

/** The first cases of a plan, in its own order, whose standing flag has this verdict. */
export function exampleCases(project: Project, planId: number, verdict: Verdict, most: number): number[] {
  return project.database.all<{ id: number }>(
    `SELECT p.case_id AS id FROM plan_cases p JOIN flags f ON f.case_id = p.case_id WHERE p.plan_id = ? AND p.pass = 'first' AND f.verdict = ? ORDER BY p.position LIMIT ?`, [planId, verdict, most]).map(({ id }) => id)
}
