import { inSteps, placesOf } from './pattern-cases.ts'
import type { Project } from './project.ts'

export interface MeasuredImage { readonly mean: number; readonly contrast: number; readonly borderDarkness: number; readonly sharpness: number; readonly aspect: number }

export function storeImageStatistics(project: Project, measured: readonly { readonly caseId: number; readonly image: MeasuredImage }[]): void {
  project.database.transaction(() => {
    for (const { caseId, image: { mean, contrast, borderDarkness, sharpness, aspect } } of measured) {
      project.database.run('INSERT OR REPLACE INTO image_statistics (case_id, mean, contrast, border_darkness, sharpness, aspect) VALUES (?, ?, ?, ?, ?, ?)', [caseId, mean, contrast, borderDarkness, sharpness, aspect])
    }
  })
}

/** Those that were measured, by their place in `ids`. */
export async function imageStatisticsOf(project: Project, ids: Int32Array): Promise<Map<number, MeasuredImage>> {
  const places = placesOf(ids)
  const found = new Map<number, MeasuredImage>()
  await inSteps(ids, (list) => {
    for (const { id, ...image } of project.database.all<MeasuredImage & { id: number }>(
      'SELECT case_id AS id, mean, contrast, border_darkness AS borderDarkness, sharpness, aspect FROM image_statistics WHERE case_id IN (SELECT value FROM json_each(?))', [list])) found.set(places.get(id)!, image)
  })
  return found
}
