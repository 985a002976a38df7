import type { SourceImage } from '../../contract/interchange.ts'
import type { ExportAttribution, ExportCase, ExportOptions, ExportProvenance } from '../types.ts'
import { CODES, coded } from './codes.ts'
import { dicomDate, dicomTime, longText, paragraph, shortText } from './texts.ts'
import type { DataSet } from './write-object.ts'

/** A case, its image as the object may name it, and what the export is. */
export interface ObjectSource {
  readonly row: ExportCase
  /** identifiers replaced as asked */
  readonly image: SourceImage
  readonly provenance: ExportProvenance
  readonly options: ExportOptions
}

/** What tells one object from another: its UIDs are worked out from these, so that the same export gives the same objects. */
export interface Identity {
  readonly kind: string
  readonly sopClass: string
  readonly modality: string
  readonly seriesNumber: number
  readonly seriesDescription: string
  readonly instanceNumber: number
  /** what the object is of, beside its kind and the model */
  readonly of: readonly (string | number)[]
  /** ISO 8601: when what it says was found */
  readonly time: string
}

export const uidOf = ({ options }: Pick<ObjectSource, 'options'>, ...parts: readonly (string | number)[]): string => options.pseudonymiser.uid(['object', ...parts].join('\0'))

const METHOD_OF: Readonly<Record<Exclude<ExportOptions['identifiers'], 'plain'>, string>> = {
  pseudonym: 'Patient, study, series replaced; SOP Instance UIDs kept',
  deidentified: 'Patient, study, series, SOP Instance UIDs, reader replaced',
}

/** Patient, General Study, General Series, General Equipment and SOP Common (PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.5.1, C.12.1). */
export function commonModules(source: ObjectSource, { kind, sopClass, modality, seriesNumber, seriesDescription, instanceNumber, of, time }: Identity, maps: readonly ExportAttribution[]): DataSet {
  const { image, provenance, options } = source
  const model = provenance.model?.sha256 ?? 'no model'
  const isPlain = options.identifiers === 'plain'
  return {
    SOPClassUID: sopClass,
    SOPInstanceUID: uidOf(source, kind, model, image.sopInstanceUid, ...of),
    // the times of a study have the scanner's own offset, which must not be claimed; without them ours can be told in UTC
    TimezoneOffsetFromUTC: isPlain ? undefined : '+0000',
    InstanceNumber: instanceNumber,
    PatientName: image.patientName,
    PatientID: image.patientId,
    PatientBirthDate: image.birthDate,
    PatientSex: image.sex,
    PatientIdentityRemoved: isPlain ? undefined : 'YES',
    DeidentificationMethod: options.identifiers === 'plain' ? undefined : METHOD_OF[options.identifiers],
    StudyInstanceUID: image.studyInstanceUid,
    StudyDate: image.studyDate,
    StudyTime: image.studyTime,
    StudyID: image.studyId,
    AccessionNumber: image.accession,
    ReferringPhysicianName: '',
    Modality: modality,
    BodyPartExamined: kind === 'sr' || kind === 'ko' ? undefined : image.bodyPart || undefined,
    Laterality: kind === 'sr' || kind === 'ko' ? undefined : lateralityOf(image),
    SeriesInstanceUID: uidOf(source, kind, model, 'series', image.studyInstanceUid),
    SeriesNumber: seriesNumber,
    SeriesDescription: longText(seriesDescription),
    ContentDate: dicomDate(time),
    ContentTime: dicomTime(time),
    Manufacturer: 'RightReason',
    ManufacturerModelName: 'RightReason',
    DeviceSerialNumber: shortText(provenance.version),
    SoftwareVersions: longText(provenance.version),
    ContributingEquipmentSequence: contributors(source, maps),
  }
}

/** Laterality is left out of an unpaired body part, and empty where it is not known (PS3.3 C.7.3.1). */
function lateralityOf({ laterality, bodyPart }: SourceImage): string | undefined {
  if (laterality === 'L' || laterality === 'R') return laterality
  return UNPAIRED.has(bodyPart.toUpperCase()) || laterality === 'U' ? undefined : ''
}
const UNPAIRED: ReadonlySet<string> = new Set(['ABDOMEN', 'CHEST', 'HEAD', 'NECK', 'PELVIS', 'SKULL', 'SPINE', 'CSPINE', 'TSPINE', 'LSPINE'])

/** The model, once for each map, in Contributing Equipment: an attribute that every object may have and that needs no private one. */
function contributors({ row, provenance: { model } }: ObjectSource, maps: readonly ExportAttribution[]): readonly DataSet[] | undefined {
  if (!model) return undefined
  const words = maps.length > 0 ? maps.map(mapWords) : ['no attribution']
  return words.map((about) => ({
    PurposeOfReferenceCodeSequence: coded(CODES.processingEquipment),
    Manufacturer: 'not stated',
    ManufacturerModelName: longText(model.file),
    // 64 characters, as long as an LO may be
    SoftwareVersions: row.provenance.modelSha256 ?? model.sha256,
    ContributionDescription: paragraph(`Image classifier ${model.file}, SHA-256 ${row.provenance.modelSha256 ?? model.sha256}, profile SHA-256 ${row.provenance.profileSha256 ?? model.profileSha256}. ${about}`),
  }))
}

/** 'Grad-CAM, layer features/last, class pneumonia, parameters {}' */
export function mapWords({ methodName, method, layer, className, classIndex, parameters }: ExportAttribution): string {
  return `Attribution: ${methodName} (${method}), layer ${layer ?? 'none: the input'}, class ${className} (${classIndex}), parameters ${JSON.stringify(parameters)}`
}

/** How an object refers to the image it is of. */
export function referenceTo({ sopClassUid, sopInstanceUid, frames }: SourceImage): DataSet {
  return { ReferencedSOPClassUID: sopClassUid, ReferencedSOPInstanceUID: sopInstanceUid, ReferencedFrameNumber: frames > 1 ? 1 : undefined }
}

/** Study, series and instances by the hierarchy in which evidence and common references are listed (PS3.3 C.17.2.1, C.12.2). */
export function referencedSeries(images: readonly SourceImage[]): readonly DataSet[] {
  return [...Map.groupBy(images, ({ seriesInstanceUid }) => seriesInstanceUid)].map(([series, of]) => ({
    SeriesInstanceUID: series,
    ReferencedSOPSequence: of.map(({ sopClassUid, sopInstanceUid }) => ({ ReferencedSOPClassUID: sopClassUid, ReferencedSOPInstanceUID: sopInstanceUid })),
  }))
}

/** Lossy compression of the image goes on to what is made from its pixels (PS3.3 C.7.6.1.1.5). */
export function lossyModule({ lossy }: SourceImage): DataSet {
  if (!lossy) return { LossyImageCompression: '00' }
  return { LossyImageCompression: '01', LossyImageCompressionRatio: lossy.ratio === null ? undefined : String(Number(lossy.ratio.toPrecision(6))), LossyImageCompressionMethod: lossy.method || undefined }
}
