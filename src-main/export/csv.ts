import { caseCells, caseColumns } from './case-columns.ts'
import { csvLine } from './csv-cells.ts'
import { TextFile } from './text-file.ts'
import type { ExportFormat } from './types.ts'

export const csv: ExportFormat = {
  id: 'csv', name: 'CSV', extension: 'csv', isFolder: false, maps: false,
  leaves: { kind: 'table', pixels: false, files: () => 1, fields: (source) => caseColumns(source).map(({ name }) => name) },
  about: 'One row a case: identifiers, header fields, label, scores, outcome, flag, provenance. For spreadsheets and pandas.',
  async write(out, source, options) {
    const columns = caseColumns(source)
    let cases = 0
    await TextFile.create(out, async (file) => {
      await file.write(csvLine(columns.map(({ name }) => name)))
      for await (const row of source.cases({ maps: false, signal: options.signal })) {
        await file.write(csvLine(caseCells(columns, row, options)))
        cases++
        options.onProgress?.(cases, source.total)
      }
    })
    return { files: 1, cases, maps: 0 }
  },
}
