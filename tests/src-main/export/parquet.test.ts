import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet'
import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runExport } from '../../../src-main/export/run-export.ts'
import { exportCase, exportOptions, sampleCase, sampleSource } from './sample-source.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'right-reason-parquet-')) })
afterEach(() => rmSync(folder, { recursive: true }))
const bytesOf = (path: string) => { const { buffer, byteOffset, byteLength } = readFileSync(path); return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer }

it('an independent reader finds the columns of the CSV with their types and the same values', async () => {
  const cases = [
    exportCase({ flag: { ...sampleCase().flag!, note: '=cmd|"/C calc"!A1\n‮</script>"', reader: "O'Néill 🩻" } }),
    exportCase({ id: 2, file: 'b.dcm', flag: null, label: null, labelClass: null, predictedClass: null, logits: null, probabilities: null, confidence: null, ageYears: null, rows: null }),
  ]
  const [out, table] = [join(folder, 'a.parquet'), join(folder, 'a.csv')]
  await runExport('parquet', sampleSource(cases), exportOptions(out))
  await runExport('csv', sampleSource(cases), exportOptions(table))
  const file = bytesOf(out)
  const metadata = parquetMetadata(file)
  const columns = parquetSchema(metadata).children.map(({ element }) => element)
  const [header] = parse(readFileSync(table, 'utf8')) as string[][]
  expect(columns.map(({ name }) => name)).toEqual(header)
  const typeOf = Object.fromEntries(columns.map(({ name, type, converted_type }) => [name, converted_type ?? type]))
  expect(typeOf).toMatchObject({ 'file': 'UTF8', 'rows': 'INT32', 'ageYears': 'DOUBLE', 'confidence': 'FLOAT', 'logit:normal': 'FLOAT', 'flaggedAt': 'TIMESTAMP_MILLIS', 'profileAssumed': 'BOOLEAN' })

  const [first, second] = await parquetReadObjects({ file }) as Record<string, unknown>[]
  expect(first).toMatchObject({
    'file': 'site-a/0001.dcm', 'patientId': 'P-10', 'rows': 60, 'ageYears': 61, 'reasons': 'laterality-marker;border', 'regionWidth': 3, 'group:site': 'A', 'logit:normal': Math.fround(2.2),
    'flaggedAt': new Date('2026-11-23T10:00:00.000Z'), 'note': '=cmd|"/C calc"!A1\n‮</script>"', 'reader': "O'Néill 🩻", 'profileAssumed': false,
  })
  expect(second).toMatchObject({ file: 'b.dcm', rows: null, ageYears: null, verdict: null, flaggedAt: null, confidence: null })
  const told = JSON.parse(metadata.key_value_metadata!.find(({ key }) => key === 'right-reason')!.value!) as object
  expect(told).toMatchObject({ format: 'right-reason/review@1', identifiers: 'pseudonym', provenance: { model: { sha256: 'm'.repeat(64) } } })
})

it('a project without cases is a table without rows', async () => {
  const out = join(folder, 'none.parquet')
  await runExport('parquet', sampleSource([]), exportOptions(out))
  expect(Number(parquetMetadata(bytesOf(out)).num_rows)).toBe(0)
})

it('many cases are written in groups, none lost between two', async () => {
  const CASES = 4500
  const out = join(folder, 'many.parquet')
  await runExport('parquet', { ...sampleSource([]), total: CASES, async *cases() { for (let id = 1; id <= CASES; id++) yield exportCase({ id, file: `${id}.dcm` }, []) } }, exportOptions(out))
  const metadata = parquetMetadata(bytesOf(out))
  expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([2000, 2000, 500])
  const rows = await parquetReadObjects({ file: bytesOf(out), columns: ['file'] }) as { file: string }[]
  expect(rows.map(({ file }) => file)).toEqual(Array.from({ length: CASES }, (_, index) => `${index + 1}.dcm`))
})
