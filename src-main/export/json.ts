import { caseColumns } from './case-columns.ts'
import { decimal } from './decimal.ts'
import { evidenceRecord } from './evidence.ts'
import { identifiedCase, identifiedEvidence } from './identifiers.ts'
import { TextFile } from './text-file.ts'
import type { ExportAttribution, ExportCase, ExportFormat, ExportOptions } from './types.ts'

/** Changes when a field is taken away or changes its meaning; a new field alone does not change it. */
export const JSON_FORMAT = 'right-reason/review@1'

function attributionRecord({ method, layer, classIndex, minus, className, grid, signed, noPositiveEvidence, parameters, provider, caveat, diagnostics, values }: ExportAttribution) {
  return { method, layer, classIndex, minusClass: minus ?? null, className, grid, signed, noPositiveEvidence, parameters, provider, caveat, diagnostics, values: Array.from(values, decimal) }
}

/** A case as the JSON file has it. docs/export-format.md says what each field holds. */
export function caseRecord({ detail: plain, attributions, evidence, provenance }: ExportCase, options: Pick<ExportOptions, 'identifiers' | 'pseudonymiser'>) {
  const detail = identifiedCase(plain, options)
  const { flag } = detail
  return {
    file: detail.file,
    sopInstanceUid: detail.sopInstanceUid,
    patientId: detail.patientId,
    accession: detail.accession,
    studyInstanceUid: detail.studyInstanceUid,
    seriesInstanceUid: detail.seriesInstanceUid,
    modality: detail.modality,
    sex: detail.sex,
    ageYears: detail.ageYears,
    manufacturer: detail.manufacturer,
    modelName: detail.modelName,
    station: detail.station,
    institution: detail.institution,
    view: detail.view,
    bodyPart: detail.bodyPart,
    rows: detail.rows,
    columns: detail.columns,
    label: detail.label,
    labelClass: detail.labelClass,
    logits: detail.logits?.map(decimal) ?? null,
    probabilities: detail.probabilities?.map(decimal) ?? null,
    predicted: detail.predictedClass,
    outcome: detail.outcome,
    flag: flag && { verdict: flag.verdict, reasons: flag.reasons, note: flag.note, reader: flag.reader, time: flag.time, region: flag.region },
    attributions: attributions.map(attributionRecord),
    evidence: evidenceRecord(identifiedEvidence(evidence, options)),
    groups: detail.groups,
    error: detail.error ?? detail.runError,
    notices: detail.notices,
    provenance,
  }
}

export const json: ExportFormat = {
  id: 'json', name: 'JSON', extension: 'json', isFolder: false, maps: true,
  leaves: { kind: 'table', pixels: false, files: () => 1, fields: (source) => [...caseColumns(source).map(({ name }) => name), 'attributions with their values'] },
  about: `All of it with the maps' values, as ${JSON_FORMAT}. For scripts.`,
  async write(out, source, options) {
    let cases = 0
    let maps = 0
    await TextFile.create(out, async (file) => {
      await file.write(`{"format": ${JSON.stringify(JSON_FORMAT)},\n"provenance": ${JSON.stringify(source.provenance)},\n"identifiers": ${JSON.stringify(options.identifiers)},\n"cases": [`)
      for await (const row of source.cases({ maps: true, signal: options.signal })) {
        await file.write(`${cases === 0 ? '' : ','}\n${JSON.stringify(caseRecord(row, options))}`)
        maps += row.attributions.length
        cases++
        options.onProgress?.(cases, source.total)
      }
      await file.write('\n]}\n')
    })
    return { files: 1, cases, maps }
  },
}
