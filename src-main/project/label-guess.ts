import type { LabelMapping } from '../contract/records.ts'

type Join = LabelMapping['join']
/** Names that people give to the column that names the image, by what it joins to; the first match in this order counts. */
const JOIN_NAMES: readonly (readonly [Join, RegExp])[] = [
  ['sopInstanceUid', /^(sop|sop.?instance.?uid|instance.?uid|sop.?uid|image.?uid)$/i],
  ['file', /^(file|file.?name|file.?path|path|image|image.?name|image.?id|image.?index|image.?file|image.?path|img|dicom|dcm|dicom.?file|name|id)$/i],
  ['accession', /^(accession|accession.?(number|no|id)|acc.?(no|number)?)$/i],
  ['patientId', /^(patient|patient.?id|pat.?id|pid|subject|subject.?id|mrn)$/i],
]
const LABEL_NAMES: readonly RegExp[] = [/^(label|labels|target|class|y|ground.?truth|gt)$/i, /^(diagnosis|finding|findings|outcome|disease|result)$/i, /label|target|class/i]
/** a column of more distinct values than this makes no subgroups */
const GROUP_VALUES = 30
const YES = ['1', 'yes', 'true', 'positive', 'pos', 'present', 'abnormal']
const NO = ['0', 'no', 'false', 'negative', 'neg', 'absent', 'normal']

/** What the columns most likely mean. `distinct` holds up to 50 values of each; 50 or more means many. */
export function guessMapping(columns: readonly string[], distinct: Readonly<Record<string, readonly string[]>>, classes: readonly string[], positiveClass: number | null): LabelMapping {
  const [join, joinColumn] = JOIN_NAMES.flatMap(([by, pattern]) => columns.filter((column) => pattern.test(column)).map((column) => [by, column] as const))[0]
    ?? (['file', columns.find((column) => distinct[column]?.some((value) => /\.(dcm|dicom|png|jpe?g)$/i.test(value))) ?? columns[0] ?? ''] as const)
  const rest = columns.filter((column) => column !== joinColumn)
  const labelColumn = LABEL_NAMES.flatMap((pattern) => rest.filter((column) => pattern.test(column)))[0] ?? null
  const groupColumns = rest.filter((column) => column !== labelColumn && !JOIN_NAMES.some(([, pattern]) => pattern.test(column)))
    .filter((column) => { const values = distinct[column]?.length ?? 0; return values > 1 && values <= GROUP_VALUES })
  return { join, joinColumn, labelColumn, classOf: labelColumn === null ? {} : guessClasses(distinct[labelColumn] ?? [], classes, positiveClass), groupColumns }
}

/**
 * Class of each label text: by the class's name, else by its number, else, with two classes, by words for yes and no. Without a model
 * whole numbers stand for themselves. What fits nothing is left out and stays a text without an outcome.
 */
export function guessClasses(labels: readonly string[], classes: readonly string[], positiveClass: number | null): Record<string, number> {
  const names = classes.map(plain)
  const positive = positiveClass ?? 1
  const guess: Record<string, number> = {}
  for (const label of labels) {
    const byName = names.indexOf(plain(label))
    const isNumber = /^\d{1,5}(\.0+)?$/.test(label)
    if (byName >= 0) guess[label] = byName
    else if (isNumber && (classes.length === 0 || Number(label) < classes.length)) guess[label] = Number(label)
    else if (classes.length === 2 && YES.includes(plain(label))) guess[label] = positive
    else if (classes.length === 2 && NO.includes(plain(label))) guess[label] = 1 - positive
  }
  return guess
}

function plain(name: string): string {
  return name.trim().toLowerCase().replace(/[\s_-]+/g, ' ')
}
