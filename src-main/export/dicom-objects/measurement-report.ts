import { labelledRegions } from '../flag-regions.ts'
import { CODES, OUTCOME_CODES, OWN_SCHEME, REASON_CODES, VERDICT_CODES } from './codes.ts'
import { codeItem, container, imageItem, numberItem, regionItem, rootContainer, textItem, uidItem } from './content-items.ts'
import { commonModules, referencedSeries, referenceTo, uidOf, type ObjectSource } from './modules.ts'
import { algorithm, observers } from './observers.ts'
import { decimalString } from './texts.ts'
import type { DataSet } from './write-object.ts'

const COMPREHENSIVE_SR = '1.2.840.10008.5.1.4.1.1.88.33'

/**
 * What a reader judged of one image, as a Measurement Report (PS3.16 TID 1500): one measurement group with the verdict, its reasons, outcome and prediction as
 * qualitative evaluations, the drawn region where there is one (TID 1410, else TID 1501), the model as its algorithm. The case has a flag.
 */
export function measurementReport(source: ObjectSource): DataSet {
  const { image, row: { detail } } = source
  const flag = detail.flag!
  const identity = {
    kind: 'sr', sopClass: COMPREHENSIVE_SR, modality: 'SR', seriesNumber: 9001, seriesDescription: 'RightReason: reader\'s verdicts', instanceNumber: detail.id, of: [flag.time, flag.reader, flag.verdict], time: flag.time,
  }
  const evidence: readonly DataSet[] = [{ StudyInstanceUID: image.studyInstanceUid, ReferencedSeriesSequence: referencedSeries([image]) }]
  return {
    ...commonModules(source, identity, source.row.attributions),
    CodingSchemeIdentificationSequence: [OWN_SCHEME],
    ReferencedPerformedProcedureStepSequence: [],
    PerformedProcedureCodeSequence: [],
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    CurrentRequestedProcedureEvidenceSequence: evidence,
    ...rootContainer(CODES.measurementReport, '1500', [
      codeItem('HAS CONCEPT MOD', CODES.language, CODES.english),
      ...observers(source, flag.reader),
      codeItem('HAS CONCEPT MOD', CODES.procedureReported, CODES.imagingProcedure),
      container('CONTAINS', CODES.imageLibrary, [container('CONTAINS', CODES.imageLibraryGroup, [imageItem('CONTAINS', null, referenceTo(image))])]),
      container('CONTAINS', CODES.imagingMeasurements, [container('CONTAINS', CODES.measurementGroup, group(source))]),
    ]),
  }
}

function group(source: ObjectSource): DataSet[] {
  const { image, provenance, row: { detail } } = source
  const flag = detail.flag!
  const classes = provenance.model?.classes ?? []
  const predicted = detail.predictedClass === null ? null : classes[detail.predictedClass] ?? `class ${detail.predictedClass}`
  const region = labelledRegions(detail)[0]?.region
  const reference = referenceTo(image)
  return [
    textItem('HAS OBS CONTEXT', CODES.trackingIdentifier, `Case ${detail.id}`),
    uidItem('HAS OBS CONTEXT', CODES.trackingUid, uidOf(source, 'tracking', detail.id)),
    ...algorithm(source),
    region
      ? regionItem(CODES.imageRegion, [region.x, region.y, region.x + region.width, region.y, region.x + region.width, region.y + region.height, region.x, region.y + region.height, region.x, region.y], imageItem('SELECTED FROM', CODES.originalSource, reference))
      : imageItem('CONTAINS', CODES.source, reference),
    codeItem('CONTAINS', CODES.verdict, VERDICT_CODES[flag.verdict]),
    ...flag.reasons.map((reason) => codeItem('CONTAINS', CODES.reason, REASON_CODES[reason])),
    codeItem('CONTAINS', CODES.outcome, OUTCOME_CODES[detail.outcome]),
    ...(detail.label === null ? [] : [textItem('CONTAINS', CODES.label, detail.label)]),
    ...(predicted === null ? [] : [textItem('CONTAINS', CODES.predictedClass, predicted)]),
    ...(detail.confidence === null ? [] : [numberItem('CONTAINS', CODES.probability, detail.confidence, decimalString(detail.confidence), CODES.noUnits)]),
    ...(flag.note.trim() === '' ? [] : [textItem('CONTAINS', CODES.comment, flag.note)]),
  ]
}
