import type { Filter } from '../contract/records.ts'
import { specText, type AttributionKind } from './attributions.ts'
import { caseQuery } from './filter-sql.ts'
import type { Project } from './project.ts'
import { classSql } from './scores.ts'
import { parametersOf, queryContext } from './worklist.ts'

/** What there is of the cases of a filter that an export may take along. */
export interface Leaving {
  readonly cases: number
  readonly readable: number
  readonly flagged: number
  /** studies with a flagged case */
  readonly flaggedStudies: number
  readonly notes: number
  readonly maps: number
  readonly mapped: number
  /** cases whose header says, or lets expect, that text is burned into the image */
  readonly burnedIn: number
}

/** `wanted` null: all maps of the model in use; else of this kind and class. Throws `bad-filter`. */
export function countLeaving(project: Project, filter: Filter, wanted: { readonly kind: AttributionKind; readonly classIndex: 'predicted' | 'label' | number } | null): Leaving {
  const query = caseQuery(queryContext(project), filter, null, ['flag', 'score'])
  const ofClass = wanted && classSql(wanted.classIndex)
  const maps = `(SELECT count(*) FROM attributions a WHERE a.case_id = c.id AND a.model_id = ?${wanted ? ` AND a.spec = ? AND a.class_index = ${ofClass!.sql}` : ''})`
  const parameters = [project.modelId, ...(wanted ? [specText(wanted.kind), ...ofClass!.parameters] : [])]
  return project.database.get<Leaving>(
    `SELECT count(*) AS cases, coalesce(sum(status = 'ready'), 0) AS readable, coalesce(sum(flagged), 0) AS flagged, count(DISTINCT CASE WHEN flagged THEN study END) AS flaggedStudies,
       coalesce(sum(noted), 0) AS notes, coalesce(sum(maps), 0) AS maps, coalesce(sum(maps > 0), 0) AS mapped, coalesce(sum(burned), 0) AS burnedIn
     FROM (SELECT c.status, f.case_id IS NOT NULL AS flagged, c.study_instance_uid AS study, coalesce(f.note, '') <> '' AS noted, c.notices LIKE '%"code":"burned-in"%' AS burned, ${maps} AS maps ${query.from} ${query.where})`,
    [...parameters, ...parametersOf(query)])!
}
