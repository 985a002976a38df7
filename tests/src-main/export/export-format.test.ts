import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runExport } from '../../../src-main/export/run-export.ts'
import { exportCase, exportOptions, sampleMap, sampleSource } from './sample-source.ts'

/** The tables of docs/export-format.md: heading → field → the types that it may have. */
function documentedFields(): Map<string, Map<string, string[]>> {
  const text = readFileSync(fileURLToPath(new URL('../../../docs/export-format.md', import.meta.url)), 'utf8')
  const [, tables] = /<!-- fields[^>]*-->(.*)<!-- end of fields -->/s.exec(text)!
  return new Map(tables.split(/^### /m).slice(1).map((section) => {
    const [heading] = section.split('\n', 1)
    return [heading.trim(), new Map([...section.matchAll(/^\| `(\w+)` \| ([\w, ]+) \|/gm)].map(([, field, types]) => [field, types.split(', ')]))]
  }))
}

const typeOf = (value: unknown) => value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value

let folder: string
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'right-reason-format-')) })
afterAll(() => rmSync(folder, { recursive: true }))

it('an exported JSON file has the fields that the documentation says, no more and no fewer, of the types it says', async () => {
  const documented = documentedFields()
  const check = (heading: string, value: Record<string, unknown>) => {
    const fields = documented.get(heading)!
    expect([heading, Object.keys(value).sort()]).toEqual([heading, [...fields.keys()].sort()])
    for (const [field, types] of fields) expect([heading, field, types]).toEqual([heading, field, expect.arrayContaining([typeOf(value[field])])])
  }
  const unread = exportCase({ id: 2, status: 'unreadable', error: { code: 'not-dicom', message: 'Not DICOM.' }, logits: null, probabilities: null, flag: null, label: null, labelClass: null, predictedClass: null, rows: null, columns: null, ageYears: null }, [])
  const out = join(folder, 'review.json')
  await runExport('json', sampleSource([exportCase({}, [sampleMap(), sampleMap({ layer: null, signed: true })]), unread]), exportOptions(out))
  const file = JSON.parse(readFileSync(out, 'utf8'))

  check('File', file)
  expect(file.format).toBe('right-reason/review@1')
  check('Provenance', file.provenance)
  expect(file.cases).toHaveLength(2)
  for (const row of file.cases) {
    check('Case', row)
    check('Case provenance', row.provenance)
    check('Evidence', row.evidence)
    for (const term of row.evidence.terms) check('Evidence term', term)
    for (const zone of row.evidence.zones) check('Evidence zone', zone)
    for (const made of row.evidence.checks) check('Evidence check', made)
    if (row.flag) check('Flag', row.flag)
    for (const map of row.attributions) {
      check('Attribution', map)
      expect(map.values).toHaveLength(map.grid[0] * map.grid[1])
    }
  }
  expect(file.cases[1].error).toEqual({ code: 'not-dicom', message: 'Not DICOM.' })
})

it('the values of a map survive the JSON as the same float32', async () => {
  const values = Float32Array.of(1 / 3, 1e-8, -2.5e20, 0, 0.1, 16_777_217)
  const out = join(folder, 'values.json')
  await runExport('json', sampleSource([exportCase({}, [sampleMap({ values })])]), exportOptions(out))
  const { cases: [{ attributions: [map] }] } = JSON.parse(readFileSync(out, 'utf8'))
  expect(Float32Array.from(map.values)).toEqual(values)
})
