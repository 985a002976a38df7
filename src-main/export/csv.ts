import { csvLine, type Cell } from './csv-cells.ts'
import { decimal } from './decimal.ts'
import { caseIdentifiers } from './identifiers.ts'
import { TextFile } from './text-file.ts'
import type { ExportCase, ExportFormat, ExportOptions, ExportSource } from './types.ts'

type Column = readonly [name: string, cell: (row: ExportCase) => Cell]

const scoreAt = (scores: readonly number[] | null, index: number) => scores ? decimal(scores[index]) : null

/** The columns of a CSV file in their order: one row a case. docs/export-format.md says what each holds. */
export function csvColumns({ provenance: { model }, groupColumns }: Pick<ExportSource, 'provenance' | 'groupColumns'>, options: Pick<ExportOptions, 'identifiers' | 'pseudonymiser'>): Column[] {
  const classes = model?.classes ?? []
  const named = (index: number | null) => index === null ? null : classes[index] ?? null
  const ids = (row: ExportCase) => caseIdentifiers(row.detail, options)
  return [
    ['file', ({ detail }) => detail.file],
    ['sopInstanceUid', ({ detail }) => detail.sopInstanceUid],
    ['studyInstanceUid', (row) => ids(row).studyInstanceUid],
    ['seriesInstanceUid', (row) => ids(row).seriesInstanceUid],
    ['patientId', (row) => ids(row).patientId],
    ['accession', (row) => ids(row).accession],
    ['modality', ({ detail }) => detail.modality],
    ['sex', ({ detail }) => detail.sex],
    ['ageYears', ({ detail }) => detail.ageYears],
    ['manufacturer', ({ detail }) => detail.manufacturer],
    ['modelName', ({ detail }) => detail.modelName],
    ['station', ({ detail }) => detail.station],
    ['institution', ({ detail }) => detail.institution],
    ['view', ({ detail }) => detail.view],
    ['bodyPart', ({ detail }) => detail.bodyPart],
    ['rows', ({ detail }) => detail.rows],
    ['columns', ({ detail }) => detail.columns],
    ['label', ({ detail }) => detail.label],
    ['labelClass', ({ detail }) => detail.labelClass],
    ['predicted', ({ detail }) => detail.predictedClass],
    ['predictedName', ({ detail }) => named(detail.predictedClass)],
    ['confidence', ({ detail }) => detail.confidence === null ? null : decimal(detail.confidence)],
    ['outcome', ({ detail }) => detail.outcome],
    ['verdict', ({ detail }) => detail.flag?.verdict ?? null],
    ['reasons', ({ detail }) => detail.flag?.reasons.join(';') ?? null],
    ['note', ({ detail }) => detail.flag?.note ?? null],
    ['reader', ({ detail }) => detail.flag?.reader ?? null],
    ['flaggedAt', ({ detail }) => detail.flag?.time ?? null],
    ['regionX', ({ detail }) => detail.flag?.region?.x ?? null],
    ['regionY', ({ detail }) => detail.flag?.region?.y ?? null],
    ['regionWidth', ({ detail }) => detail.flag?.region?.width ?? null],
    ['regionHeight', ({ detail }) => detail.flag?.region?.height ?? null],
    ['errorCode', ({ detail }) => (detail.error ?? detail.runError)?.code ?? null],
    ['error', ({ detail }) => (detail.error ?? detail.runError)?.message ?? null],
    ...groupColumns.map((name): Column => [`group:${name}`, ({ detail }) => detail.groups[name] ?? null]),
    ...classes.map((name, index): Column => [`logit:${name}`, ({ detail }) => scoreAt(detail.logits, index)]),
    ...classes.map((name, index): Column => [`probability:${name}`, ({ detail }) => scoreAt(detail.probabilities, index)]),
    ['pixelSha256', ({ provenance }) => provenance.pixelSha256],
    ['modelSha256', ({ provenance }) => provenance.modelSha256],
    ['profileSha256', ({ provenance }) => provenance.profileSha256],
    ['profileAssumed', ({ provenance }) => provenance.profileSha256 === null ? null : model?.profile.assumed ?? null],
    ['provider', ({ provenance }) => provenance.provider],
    ['version', ({ provenance }) => provenance.version],
  ]
}

export const csv: ExportFormat = {
  id: 'csv', name: 'CSV', extension: 'csv', isFolder: false, maps: false,
  about: 'One row a case: identifiers, header fields, label, scores, outcome, flag, provenance. For spreadsheets and pandas.',
  async write(out, source, options) {
    const columns = csvColumns(source, options)
    let cases = 0
    await TextFile.create(out, async (file) => {
      await file.write(csvLine(columns.map(([name]) => name)))
      for await (const row of source.cases({ maps: false, signal: options.signal })) {
        await file.write(csvLine(columns.map(([, cell]) => cell(row))))
        cases++
        options.onProgress?.(cases, source.total)
      }
    })
    return { files: 1, cases, maps: 0 }
  },
}
