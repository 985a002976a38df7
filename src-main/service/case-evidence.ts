import { massIn } from '../causal/mass.ts'
import type { CaseEvidence, Zone, ZoneEvidence } from '../contract/causal.ts'
import { attributionValues, attributionsOf } from '../project/attributions.ts'
import { caseDetail } from '../project/case-rows.ts'
import { checksOf } from '../project/causal-checks.ts'
import type { Project } from '../project/project.ts'
import { classesOf } from '../project/scores.ts'
import { storedSuspicion } from '../project/suspicions.ts'
import { detectedZones } from '../project/zones.ts'
import { DETECTOR } from '../zones/detect.ts'
import { effectiveZones } from './zones-of-case.ts'

/** What stands in the project about one case, without looking at its image. Zones that nobody looked for are left out. */
export function storedEvidence(project: Project, caseId: number): CaseEvidence {
  const { rows, columns } = caseDetail(project, caseId)
  const detected = rows === null || columns === null ? null : detectedZones(project, caseId, DETECTOR)
  return evidenceWith(project, caseId, detected === null ? [] : effectiveZones(project, caseId, detected, { rows: rows!, columns: columns! }))
}

/** With zones that are known. Mass is of the first stored map of the predicted class. */
export function evidenceWith(project: Project, caseId: number, zones: readonly Zone[]): CaseEvidence {
  const known = storedSuspicion(project, caseId)
  const massOf = massFinder(project, caseId)
  const withMass = zones.map((zone): ZoneEvidence => ({ ...zone, mass: zone.outline.length === 0 ? null : massOf(zone), effect: known?.effects[zone.name] ?? null }))
  return {
    caseId,
    suspicion: known?.suspicion ?? null,
    terms: (known?.terms ?? []).map((term) => {
      const zone = withMass.find(({ name }) => name === term.term)
      return zone ? { ...term, mass: zone.mass, area: zone.area } : term
    }),
    zones: withMass,
    checks: checksOf(project, caseId),
  }
}

function massFinder(project: Project, caseId: number): (zone: Zone) => number | null {
  const { predicted } = classesOf(project, caseId)
  const map = predicted === null ? undefined : attributionsOf(project, caseId, null, predicted).find(({ minus }) => minus === undefined)
  const values = map && attributionValues(project, map.id)
  return map && values ? ({ outline }) => massIn(outline, { ...map, values }) : () => null
}
