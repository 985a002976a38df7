import type { CaseDetail } from '../contract/records.ts'
import type { Cell } from './csv-cells.ts'
import { decimal } from './decimal.ts'
import { identifiedCase } from './identifiers.ts'
import type { CaseProvenance, ExportOptions, ExportSource, ExportCase } from './types.ts'

/** What a column holds where a format has types: `float32` are the model's numbers, `time` is ISO 8601 in UTC. */
export type ColumnType = 'text' | 'integer' | 'number' | 'float32' | 'boolean' | 'time'

/** One row a case as an export may show it: identifiers are replaced before a cell is asked. */
interface Row { readonly detail: CaseDetail; readonly provenance: CaseProvenance }
export interface CaseColumn { readonly name: string; readonly type: ColumnType; readonly cell: (row: Row) => Cell }

const column = (name: string, type: ColumnType, cell: CaseColumn['cell']): CaseColumn => ({ name, type, cell })
const scoreAt = (scores: readonly number[] | null, index: number) => scores ? decimal(scores[index]) : null

/** The columns of the table of cases in their order. docs/export-format.md says what each holds. */
export function caseColumns({ provenance: { model }, groupColumns }: Pick<ExportSource, 'provenance' | 'groupColumns'>): CaseColumn[] {
  const classes = model?.classes ?? []
  const named = (index: number | null) => index === null ? null : classes[index] ?? null
  return [
    column('file', 'text', ({ detail }) => detail.file),
    column('sopInstanceUid', 'text', ({ detail }) => detail.sopInstanceUid),
    column('studyInstanceUid', 'text', ({ detail }) => detail.studyInstanceUid),
    column('seriesInstanceUid', 'text', ({ detail }) => detail.seriesInstanceUid),
    column('patientId', 'text', ({ detail }) => detail.patientId),
    column('accession', 'text', ({ detail }) => detail.accession),
    column('modality', 'text', ({ detail }) => detail.modality),
    column('sex', 'text', ({ detail }) => detail.sex),
    column('ageYears', 'number', ({ detail }) => detail.ageYears),
    column('manufacturer', 'text', ({ detail }) => detail.manufacturer),
    column('modelName', 'text', ({ detail }) => detail.modelName),
    column('station', 'text', ({ detail }) => detail.station),
    column('institution', 'text', ({ detail }) => detail.institution),
    column('view', 'text', ({ detail }) => detail.view),
    column('bodyPart', 'text', ({ detail }) => detail.bodyPart),
    column('rows', 'integer', ({ detail }) => detail.rows),
    column('columns', 'integer', ({ detail }) => detail.columns),
    column('label', 'text', ({ detail }) => detail.label),
    column('labelClass', 'integer', ({ detail }) => detail.labelClass),
    column('predicted', 'integer', ({ detail }) => detail.predictedClass),
    column('predictedName', 'text', ({ detail }) => named(detail.predictedClass)),
    column('confidence', 'float32', ({ detail }) => detail.confidence === null ? null : decimal(detail.confidence)),
    column('outcome', 'text', ({ detail }) => detail.outcome),
    column('verdict', 'text', ({ detail }) => detail.flag?.verdict ?? null),
    column('reasons', 'text', ({ detail }) => detail.flag?.reasons.join(';') ?? null),
    column('note', 'text', ({ detail }) => detail.flag?.note ?? null),
    column('reader', 'text', ({ detail }) => detail.flag?.reader ?? null),
    column('flaggedAt', 'time', ({ detail }) => detail.flag?.time ?? null),
    column('regionX', 'number', ({ detail }) => detail.flag?.region?.x ?? null),
    column('regionY', 'number', ({ detail }) => detail.flag?.region?.y ?? null),
    column('regionWidth', 'number', ({ detail }) => detail.flag?.region?.width ?? null),
    column('regionHeight', 'number', ({ detail }) => detail.flag?.region?.height ?? null),
    column('suspicion', 'number', ({ detail }) => detail.suspicion === null ? null : decimal(detail.suspicion)),
    column('suspectTerm', 'text', ({ detail }) => detail.suspectTerm === '' ? null : detail.suspectTerm),
    column('errorCode', 'text', ({ detail }) => (detail.error ?? detail.runError)?.code ?? null),
    column('error', 'text', ({ detail }) => (detail.error ?? detail.runError)?.message ?? null),
    ...groupColumns.map((name) => column(`group:${name}`, 'text', ({ detail }) => detail.groups[name] ?? null)),
    ...classes.map((name, index) => column(`logit:${name}`, 'float32', ({ detail }) => scoreAt(detail.logits, index))),
    ...classes.map((name, index) => column(`probability:${name}`, 'float32', ({ detail }) => scoreAt(detail.probabilities, index))),
    column('pixelSha256', 'text', ({ provenance }) => provenance.pixelSha256),
    column('modelSha256', 'text', ({ provenance }) => provenance.modelSha256),
    column('profileSha256', 'text', ({ provenance }) => provenance.profileSha256),
    column('profileAssumed', 'boolean', ({ provenance }) => provenance.profileSha256 === null ? null : model?.profile.assumed ?? null),
    column('provider', 'text', ({ provenance }) => provenance.provider),
    column('version', 'text', ({ provenance }) => provenance.version),
  ]
}

/** The cells of a case, one a column. */
export function caseCells(columns: readonly CaseColumn[], { detail, provenance }: ExportCase, options: ExportOptions): Cell[] {
  const row = { detail: identifiedCase(detail, options), provenance }
  return columns.map(({ cell }) => cell(row))
}
