import { open, type FileHandle } from 'node:fs/promises'

import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import { caseCells, caseColumns, type CaseColumn, type ColumnType } from './case-columns.ts'
import type { Cell } from './csv-cells.ts'
import { JSON_FORMAT } from './json.ts'
import type { ExportFormat } from './types.ts'

/** cases of one row group; so many are in memory at once */
const GROUP = 2000

type ParquetType = 'STRING' | 'INT32' | 'DOUBLE' | 'FLOAT' | 'BOOLEAN' | 'TIMESTAMP'
const TYPES: Readonly<Record<ColumnType, ParquetType>> = { text: 'STRING', integer: 'INT32', number: 'DOUBLE', float32: 'FLOAT', boolean: 'BOOLEAN', time: 'TIMESTAMP' }

/** A column's cells in the type that the writer wants; an absent value is null. */
function valuesOf({ type }: CaseColumn, cells: readonly Cell[]): unknown[] {
  return type === 'time' ? cells.map((cell) => cell === null ? null : new Date(String(cell))) : [...cells]
}

/** The writer's bytes go to the file after each row group, so that a project of any size takes the memory of one. */
function writerTo(handle: FileHandle): ByteWriter {
  const writer = new ByteWriter()
  const flush = async () => {
    await handle.appendFile(writer.getBytes())
    writer.index = 0
  }
  return Object.assign(writer, { flush, finish: flush })
}

export const parquet: ExportFormat = {
  id: 'parquet', name: 'Parquet', extension: 'parquet', isFolder: false, maps: false,
  leaves: { kind: 'table', pixels: false, files: () => 1, fields: (source) => caseColumns(source).map(({ name }) => name) },
  about: 'The columns of the CSV with their types. For pandas, Polars, DuckDB, R and Spark.',
  async write(out, source, options) {
    const columns = caseColumns(source)
    const schema = schemaFromColumnData({ columnData: columns.map(({ name, type }) => ({ name, data: [], type: TYPES[type] })) })
    const handle = await open(out, 'wx')
    let cases = 0
    try {
      const kvMetadata = [{ key: 'right-reason', value: JSON.stringify({ format: JSON_FORMAT, identifiers: options.identifiers, provenance: source.provenance }) }]
      const writer = new ParquetWriter({ writer: writerTo(handle), schema, kvMetadata, createdBy: `right-reason ${source.provenance.version}` })
      let rows: Cell[][] = []
      const writeGroup = async () => {
        if (rows.length === 0) return
        await writer.write({ rowGroupSize: GROUP, columnData: columns.map((column, at) => ({ name: column.name, data: valuesOf(column, rows.map((row) => row[at]!)) })) })
        rows = []
      }
      for await (const row of source.cases({ maps: false, signal: options.signal })) {
        rows.push(caseCells(columns, row, options))
        if (rows.length === GROUP) await writeGroup()
        cases++
        options.onProgress?.(cases, source.total)
      }
      await writeGroup()
      await writer.finish()
      await handle.sync()
    } finally {
      await handle.close()
    }
    return { files: 1, cases, maps: 0 }
  },
}
