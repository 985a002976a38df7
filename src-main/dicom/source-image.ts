import type { SourceImage } from '../contract/interchange.ts'
import type { DataSetView } from './data-set.ts'
import { frameItem, PLANE_ORIENTATION, PLANE_POSITION } from './functional-groups.ts'
import { readSpacing } from './geometry.ts'

/** What an object made from the first frame of this image has to say of it. Nothing is guessed; a value that cannot be read is absent. */
export function sourceImageOf(dataSet: DataSetView): SourceImage {
  const uid = (tag: string) => dataSet.string(tag, 'UI').replaceAll('\0', '').trim()
  const numbers = (view: DataSetView, tag: string, count: number) => {
    const values = view.decimals(tag)
    return values.length === count && values.every(Number.isFinite) ? values : []
  }
  const ratio = dataSet.decimal('00282112')
  return {
    sopClassUid: uid('00080016'),
    sopInstanceUid: uid('00080018'),
    studyInstanceUid: uid('0020000d'),
    seriesInstanceUid: uid('0020000e'),
    frameOfReferenceUid: uid('00200052'),
    positionReference: dataSet.string('00201040'),
    patientName: dataSet.string('00100010', 'PN'),
    patientId: dataSet.string('00100020'),
    birthDate: dataSet.string('00100030', 'DA'),
    sex: dataSet.string('00100040', 'CS').toUpperCase(),
    studyDate: dataSet.string('00080020', 'DA'),
    studyTime: dataSet.string('00080030', 'TM'),
    studyId: dataSet.string('00200010', 'SH'),
    accession: dataSet.string('00080050', 'SH'),
    modality: dataSet.string('00080060', 'CS'),
    bodyPart: dataSet.string('00180015', 'CS'),
    laterality: dataSet.string('00200062', 'CS') || dataSet.string('00200060', 'CS'),
    frames: Math.max(1, dataSet.decimal('00280008') ?? 1),
    position: numbers(frameItem(dataSet, 0, PLANE_POSITION, dataSet), '00200032', 3),
    orientation: numbers(frameItem(dataSet, 0, PLANE_ORIENTATION, dataSet), '00200037', 6),
    spacing: readSpacing(dataSet, 0),
    lossy: dataSet.string('00282110', 'CS') === '01' ? { ratio: ratio ?? null, method: dataSet.string('00282114', 'CS') } : null,
  }
}
