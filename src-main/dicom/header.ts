import type { BurnedIn } from './burned-in.ts'
import { burnedInOf } from './burned-in.ts'
import { readPixelDescriptionLoosely } from './image-pixel.ts'
import type { ParsedDicom } from './parse.ts'
import { parseDicom } from './parse.ts'
import type { TagRow } from './tag-list.ts'
import { listTags } from './tag-list.ts'

/** What import and the work list need of a file, without its pixels. Texts are '' and numbers null where the header is silent. */
export interface DicomHeader {
  readonly sopInstanceUid: string
  readonly sopClassUid: string
  readonly studyInstanceUid: string
  readonly seriesInstanceUid: string
  readonly instanceNumber: number | null
  readonly patientId: string
  readonly accession: string
  /** Patient's Sex (0010,0040): 'M', 'F', 'O' or '' */
  readonly sex: string
  /** Patient's Age, else the years from birth date to study date */
  readonly ageYears: number | null
  /** Study Date as the file has it, YYYYMMDD */
  readonly studyDate: string
  readonly manufacturer: string
  readonly modelName: string
  readonly station: string
  readonly institution: string
  /** View Position (0018,5101), else the meaning of View Code Sequence (0054,0220) */
  readonly view: string
  readonly laterality: string
  readonly bodyPart: string
  readonly modality: string
  readonly rows: number | null
  readonly columns: number | null
  readonly frames: number
  readonly samplesPerPixel: number | null
  readonly bitsStored: number | null
  readonly photometric: string
  readonly transferSyntax: { readonly uid: string; readonly name: string }
  /** whether text that names the patient may be in the pixels, as far as a header tells */
  readonly burnedIn: BurnedIn
  readonly hasPixels: boolean
  /** what was wrong with the file and mended */
  readonly mended: readonly string[]
}

export interface ReadHeader {
  readonly header: DicomHeader
  /** Every element for a header browser, made when asked for. */
  tags(): TagRow[]
}

/**
 * The header of a DICOM file in memory. With `untilPixelData`, `bytes` may be the start of the file.
 * Throws what `parseDicom` throws.
 */
export function readHeader(bytes: Uint8Array, options: { untilPixelData?: boolean } = {}): ReadHeader {
  return headerOf(parseDicom(bytes, options))
}

export function headerOf(parsed: ParsedDicom): ReadHeader {
  const { dataSet, meta, syntax } = parsed
  const instanceNumber = dataSet.decimal('00200013')
  const header: DicomHeader = {
    sopInstanceUid: uid(dataSet.string('00080018', 'UI')) || uid(meta.string('00020003', 'UI')),
    sopClassUid: uid(dataSet.string('00080016', 'UI')) || uid(meta.string('00020002', 'UI')),
    studyInstanceUid: uid(dataSet.string('0020000d', 'UI')),
    seriesInstanceUid: uid(dataSet.string('0020000e', 'UI')),
    instanceNumber: instanceNumber ?? null,
    patientId: dataSet.string('00100020'),
    accession: dataSet.string('00080050', 'SH'),
    sex: dataSet.string('00100040', 'CS').toUpperCase(),
    ageYears: ageYears(dataSet.string('00101010', 'AS'), dataSet.string('00100030', 'DA'), dataSet.string('00080020', 'DA')),
    studyDate: dataSet.string('00080020', 'DA'),
    manufacturer: dataSet.string('00080070'),
    modelName: dataSet.string('00081090'),
    station: dataSet.string('00081010', 'SH'),
    institution: dataSet.string('00080080'),
    view: dataSet.string('00185101', 'CS') || (dataSet.items('00540220')[0]?.string('00080104') ?? ''),
    laterality: dataSet.string('00200062', 'CS') || dataSet.string('00200060', 'CS'),
    bodyPart: dataSet.string('00180015', 'CS'),
    modality: dataSet.string('00080060', 'CS'),
    ...readPixelDescriptionLoosely(dataSet),
    transferSyntax: { uid: syntax.uid, name: syntax.name },
    burnedIn: burnedInOf(dataSet),
    hasPixels: dataSet.element('7fe00010') !== undefined,
    mended: parsed.mended,
  }
  return { header, tags: () => listTags(meta, dataSet) }
}

function uid(value: string): string {
  return value.replaceAll('\0', '').trim()
}

/** Age String (PS3.5 6.2, AS: nnnD, nnnW, nnnM, nnnY) in years, else whole years between the two dates. */
function ageYears(age: string, birthDate: string, studyDate: string): number | null {
  const match = /^(\d{1,3})([DWMY])$/.exec(age.toUpperCase())
  if (match) {
    const perYear = { D: 365.25, W: 52.18, M: 12, Y: 1 }[match[2]]!
    return Math.round((Number(match[1]) / perYear) * 100) / 100
  }
  const birth = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(birthDate)
  const study = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(studyDate)
  if (!birth || !study) return null
  const hadBirthday = study[2] + study[3] >= birth[2] + birth[3]
  const years = Number(study[1]) - Number(birth[1]) - (hadBirthday ? 0 : 1)
  return years >= 0 && years < 130 ? years : null
}
