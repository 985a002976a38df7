import { CODES, VERDICT_CODES } from './codes.ts'
import { codeItem, imageItem, nameItem, rootContainer, textItem } from './content-items.ts'
import { commonModules, mapWords, referencedSeries, referenceTo, type ObjectSource } from './modules.ts'
import type { DataSet } from './write-object.ts'

const KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59'

/** The verdict on an image in a line; the model and each map stand in it, since a key object has no other place for them. */
function line({ row: { detail, attributions } }: ObjectSource, index: number): string {
  const { verdict, reasons } = detail.flag!
  return `Image ${index + 1}: ${VERDICT_CODES[verdict].meaning}${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}${attributions.map((map) => `; ${mapWords(map)}`).join('')}`
}

/** The flagged images of one study as a Key Object Selection 'Of Interest' (PS3.16 TID 2010). `sources`: at least one, of the same study. */
export function keyObjects(sources: readonly ObjectSource[]): DataSet {
  const [first] = sources as [ObjectSource]
  const times = sources.map(({ row }) => row.detail.flag!.time).sort()
  const readers = [...new Set(sources.map(({ row }) => row.detail.flag!.reader))]
  const { provenance: { model, version } } = first
  const identity = {
    kind: 'ko', sopClass: KEY_OBJECT_SELECTION, modality: 'KO', seriesNumber: 9002, seriesDescription: 'RightReason: flagged images', instanceNumber: 1,
    of: sources.flatMap(({ image, row }) => [image.sopInstanceUid, row.detail.flag!.verdict, row.detail.flag!.time]), time: times.at(-1)!,
  }
  const images = sources.map(({ image }) => image)
  const about = [`RightReason ${version}. Classifier ${model ? `${model.file}, SHA-256 ${model.sha256}, profile SHA-256 ${model.profileSha256}` : 'none'}.`, ...sources.map(line)].join('\n')
  return {
    ...commonModules(first, identity, sources.flatMap(({ row }) => row.attributions).filter((map, at, all) => all.findIndex((other) => mapWords(other) === mapWords(map)) === at)),
    ReferencedPerformedProcedureStepSequence: [],
    CurrentRequestedProcedureEvidenceSequence: [{ StudyInstanceUID: first.image.studyInstanceUid, ReferencedSeriesSequence: referencedSeries(images) }],
    ...rootContainer(CODES.ofInterest, '2010', [
      codeItem('HAS CONCEPT MOD', CODES.language, CODES.english),
      ...readers.flatMap((reader) => [codeItem('HAS OBS CONTEXT', CODES.observerType, CODES.person), nameItem('HAS OBS CONTEXT', CODES.personName, reader)]),
      textItem('CONTAINS', CODES.keyObjectDescription, about),
      ...images.map((image) => imageItem('CONTAINS', null, referenceTo(image))),
    ]),
  }
}
