import { basename } from 'node:path'

import { methodNamed } from '../attribution/methods.ts'
import type { AttributionRequest, Filter } from '../contract/records.ts'
import type { ExportAttribution, ExportCase, ExportProvenance, ExportSource } from '../export/types.ts'
import { attributionValues, attributionsOf } from '../project/attributions.ts'
import type { AttributionKind } from '../project/attributions.ts'
import { caseDetail, pathOfCase } from '../project/case-rows.ts'
import { readMeta } from '../project/meta.ts'
import { modelInUse } from '../project/models.ts'
import type { Project } from '../project/project.ts'
import { pseudonyms } from '../project/pseudonyms.ts'
import { projectInfo } from '../project/project-info.ts'
import { classesOf, scoreProvenance } from '../project/scores.ts'
import { orderedIds } from '../project/worklist.ts'
import { storedEvidence } from './case-evidence.ts'
import { caveatOf, kindOf, mainClass, targetName } from './attribution-kind.ts'
import { loadImage } from './case-handlers.ts'
import type { Context } from './context.ts'

/** cases read between two chances for other work */
const CASES_A_STEP = 50

/**
 * What an export reads: the cases of a filter in the order of import, as they are when they are read. With a request only maps of that kind and class,
 * else all of the model in use. Throws what the filter and the request are refused with.
 */
export function exportSource(context: Context, project: Project, filter: Filter, request: AttributionRequest | null): ExportSource {
  const model = modelInUse(project)
  const kind = request === null ? null : kindOf(context, request)
  const choice = request && mainClass(request.classIndex)
  const ids = orderedIds(project, filter, null)
  const { groupColumns } = projectInfo(project)

  return {
    total: ids.length,
    groupColumns,
    provenance: exportProvenance(context, project),
    async *cases({ maps, signal }) {
      for (const [index, caseId] of ids.entries()) {
        signal?.throwIfAborted()
        if (index % CASES_A_STEP === 0) await new Promise((resolve) => setImmediate(resolve))
        yield exportCase(caseId, maps)
      }
    },
    async deidentified(caseId, { retain, signal }) {
      const { patientId, studyInstanceUid } = caseDetail(project, caseId)
      const key = readMeta(project.database, 'pseudonym-key')!
      const request = { pseudonym: pseudonyms(key).patientId(patientId || studyInstanceUid || `case ${caseId}`), key: new Uint8Array(Buffer.from(key, 'hex')), options: retain }
      return context.decodePool.deidentify(pathOfCase(project, caseId).path, request, { signal })
    },
    sourceImage: (caseId, { signal } = {}) => context.decodePool.source(pathOfCase(project, caseId).path, { signal }),
    async picture(caseId) {
      const { rows, columns, samples, bitsStored, stored, grayscale, pixelAspect, notices } = await loadImage(context, caseId, 0)
      const warnings = notices.filter(({ code }) => code === 'burned-in' || code === 'text-in-pixels').map(({ message }) => message)
      return { rows, columns, samples, bitsStored, stored, grayscale, pixelAspect, textWarning: warnings.join(' ') || null }
    },
  }

  function exportCase(caseId: number, maps: boolean): ExportCase {
    const detail = caseDetail(project, caseId)
    const score = scoreProvenance(project, caseId)
    return {
      detail,
      attributions: maps ? mapsOf(caseId, kind) : [],
      evidence: maps ? storedEvidence(project, caseId) : { caseId, suspicion: null, terms: [], zones: [], checks: [] },
      provenance: {
        pixelSha256: score?.pixelSha256 ?? null,
        modelSha256: score && model ? model.sha256 : null,
        profileSha256: score && model ? model.profileSha256 : null,
        provider: score?.provider ?? null,
        version: score?.version ?? null,
      },
    }
  }

  function mapsOf(caseId: number, wanted: AttributionKind | null): ExportAttribution[] {
    const classIndex = typeof choice === 'string' ? classesOf(project, caseId)[choice] : choice
    if (choice !== null && classIndex === null) return []
    return attributionsOf(project, caseId, wanted, classIndex).flatMap((stored) => {
      const values = attributionValues(project, stored.id)
      if (!values) return []
      const { method, layer, classIndex: of, minus, grid, signed, min, max, inputWidth, inputHeight, affine, provider, diagnostics, parameters, computedAt } = stored
      return [{
        method, layer, classIndex: of, ...(minus === undefined ? {} : { minus }), grid, signed, min, max, inputWidth, inputHeight, affine, provider, diagnostics, parameters, computedAt, values, methodName: methodNamed(method).name,
        className: targetName(model?.classes ?? [], of, minus), noPositiveEvidence: !(max > 0), caveat: caveatOf(stored),
      }]
    })
  }
}

/** What stands once in every export: the program, the project, the model in use. */
export function exportProvenance(context: Context, project: Project): ExportProvenance {
  const model = modelInUse(project)
  return {
    program: 'right-reason',
    version: context.platform.version,
    project: projectInfo(project).name,
    model: model && {
      file: basename(model.file), sha256: model.sha256, classes: model.classes, defaultLayer: model.defaultLayer, layers: model.layers,
      profile: model.profile, profileSha256: model.profileSha256,
    },
  }
}
