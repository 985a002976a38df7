import type { DeidentificationOption } from '../contract/records.ts'
import type { ExportPreview, Identifiers, Treatment } from '../contract/interchange.ts'
import type { ExportFormat, ExportSource, LeavingCounts } from './types.ts'

type Row = ExportPreview['identifiers'][number]
const row = (what: string, treatment: Treatment, as: string): Row => ({ what, treatment, as })
const pseudonym = 'a pseudonym of this project'
const uid = 'a UID below 2.25'

/** What a format with one row or record a case does with identifiers. */
const TABLES: Readonly<Record<Identifiers, readonly Row[]>> = {
  pseudonym: [
    row('Patient name, birth date', 'left-out', 'never read'), row('Patient ID, accession number', 'replaced', pseudonym), row('Study and Series Instance UID', 'replaced', uid),
    row('SOP Instance UID, file name', 'kept', 'scripts, labels and the PACS find the image by them'), row('Reader, notes', 'kept', 'as typed'), row('Age, sex, institution, station', 'kept', 'subgroups are made of them'),
  ],
  deidentified: [
    row('Patient name, birth date', 'left-out', 'never read'), row('Patient ID, accession number', 'replaced', pseudonym), row('Study, Series and SOP Instance UID', 'replaced', uid), row('File name', 'replaced', 'the case\'s number'),
    row('Reader', 'replaced', pseudonym), row('Notes, institution, station', 'left-out', 'may name people and places'), row('Age, sex', 'kept', 'subgroups are made of them'),
  ],
  plain: [row('Patient name, birth date', 'left-out', 'never read'), row('Patient ID, accession number, UIDs, file name', 'kept', 'as in the files'), row('Reader, notes, age, sex, institution, station', 'kept', 'as in the project')],
}

const OBJECTS: Readonly<Record<Identifiers, readonly Row[]>> = {
  pseudonym: [
    row('Patient name and ID', 'replaced', pseudonym), row('Birth date, study date, accession number', 'left-out', 'empty'), row('Study and Series Instance UID', 'replaced', uid),
    row('SOP Instance UID of the image', 'kept', 'so that the object can be shown on its image'), row('Reader, notes', 'kept', 'in structured reports and key objects'),
  ],
  deidentified: [
    row('Patient name and ID', 'replaced', pseudonym), row('Birth date, study date, accession number', 'left-out', 'empty'), row('Study, Series and SOP Instance UID', 'replaced', 'those of the de-identified copies'),
    row('Reader', 'replaced', pseudonym), row('Notes', 'left-out', 'may name people'),
  ],
  plain: [row('Patient name, ID, birth date, study, accession number', 'kept', 'as in the files, to be stored beside the image'), row('Reader, notes', 'kept', 'in structured reports and key objects')],
}

const COPIES: readonly Row[] = [
  row('Patient name and ID', 'replaced', pseudonym), row('UIDs', 'replaced', uid), row('Dates, names, institution, device, private and unknown elements', 'left-out', 'PS3.15 Basic Profile'), row('Technical elements', 'kept', 'acquisition, position, pixels'),
]

/** What becomes of identifiers, by what kind of files a format writes. */
const IDENTIFIERS: Readonly<Record<ExportFormat['leaves']['kind'], (identifiers: Identifiers) => readonly Row[]>> = {
  table: (identifiers) => TABLES[identifiers],
  objects: (identifiers) => OBJECTS[identifiers],
  copies: (identifiers) => [...COPIES, ...(identifiers === 'plain' ? [row('File name, SOP Instance UID', 'kept', 'in index.csv, to find the originals')] : [])],
}

const OPTION_WORDS: Readonly<Record<DeidentificationOption, string>> = { retainPatientCharacteristics: 'sex, age, size and weight', retainDeviceIdentity: 'manufacturer, model, station and serial number', retainInstitutionIdentity: 'institution and department' }

const NOTHING: LeavingCounts = { cases: 0, readable: 0, flagged: 0, flaggedStudies: 0, notes: 0, maps: 0, mapped: 0, burnedIn: 0 }

/** What an export of this format would hold; nothing is written or read but what was counted. */
export function exportPreview(format: ExportFormat, source: Pick<ExportSource, 'provenance' | 'groupColumns'>, counts: LeavingCounts, { identifiers, retain }: { readonly identifiers: Identifiers; readonly retain: readonly DeidentificationOption[] }): ExportPreview {
  const { leaves: { kind, files, fields, pixels }, maps, id, isFolder } = format
  const warn = (when: boolean, words: string) => when ? [words] : []
  const few = (count: number, what: string) => `${count.toLocaleString('en')} of the cases ${count === 1 ? 'has' : 'have'} ${what}`
  return {
    format: id,
    cases: counts.cases, flagged: counts.flagged, maps: maps ? counts.maps : 0, files: files(counts),
    fields: fields(source),
    identifiers: IDENTIFIERS[kind](identifiers),
    warnings: [
      ...warn(identifiers === 'plain' && kind !== 'copies', 'The export names patients. Keep it where the studies themselves may be kept.'),
      ...warn(pixels, 'The files show the images: whatever is burned into the pixels leaves with them.'),
      ...warn(pixels && counts.burnedIn > 0, `${few(counts.burnedIn, 'text burned in, or are of a kind that usually has, by the header')}. Look at every picture first.`),
      ...warn(identifiers !== 'deidentified' && kind !== 'copies' && counts.notes > 0, `${few(counts.notes, 'a note')}, which leaves as it was typed.`),
      ...warn(kind !== 'table' && retain.length > 0, `Kept beyond the profile: ${retain.map((option) => OPTION_WORDS[option]).join('; ')}.`),
      ...warn(counts.cases === 0 || (isFolder && files(counts) === files(NOTHING)), 'No case has what this format holds.'),
    ],
  }
}
