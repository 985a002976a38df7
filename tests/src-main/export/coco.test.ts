import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { REASONS } from '../../../src-main/contract/records.ts'
import { runExport } from '../../../src-main/export/run-export.ts'
import { exportCase, exportOptions, sampleCase, sampleSource } from './sample-source.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'right-reason-coco-')) })
afterEach(() => rmSync(folder, { recursive: true }))

interface Coco { images: Record<string, unknown>[]; categories: { id: number; name: string }[]; annotations: { id: number; image_id: number; category_id: number; bbox: number[]; area: number; segmentation: number[][]; attributes: object }[] }
async function exported(cases: Parameters<typeof sampleSource>[0], change: Parameters<typeof exportOptions>[1] = {}): Promise<Coco> {
  const out = join(folder, 'regions.json')
  await runExport('coco', sampleSource(cases), exportOptions(out, { overwrite: true, ...change }))
  return JSON.parse(readFileSync(out, 'utf8')) as Coco
}
const flag = sampleCase().flag!

it('a region is one annotation a reason, box and polygon the same, on its image', async () => {
  const { images, categories, annotations } = await exported([exportCase(), exportCase({ id: 2, file: 'b.dcm', flag: null })])
  expect(images).toEqual([expect.objectContaining({ id: 1, file_name: 'site-a/0001.dcm', width: 40, height: 60 }), expect.objectContaining({ id: 2, file_name: 'b.dcm' })])
  expect(categories.map(({ name }) => name)).toEqual([...Object.keys(REASONS), 'unspecified'])
  const nameOf = (id: number) => categories.find((category) => category.id === id)!.name
  expect(annotations.map(({ category_id }) => nameOf(category_id))).toEqual(['laterality-marker', 'border'])
  expect(annotations[0]).toMatchObject({ id: 1, image_id: 1, bbox: [1, 2, 3, 4], area: 12, iscrowd: 0, segmentation: [[1, 2, 4, 2, 4, 6, 1, 6]], attributes: { verdict: 'wrong-reason', reader: 'R. Eader' } })
  expect(annotations[1]!.id).toBe(2)
})

it('a region without a reason is unspecified, and one that leaves the image is cut to it', async () => {
  const { categories, annotations } = await exported([exportCase({ flag: { ...flag, reasons: [], region: { kind: 'rectangle', x: -5, y: 50, width: 15, height: 40 } } })])
  expect(annotations).toHaveLength(1)
  expect(annotations[0]).toMatchObject({ bbox: [0, 50, 10, 10], category_id: categories.at(-1)!.id })
})

it('a case without an image, and a flag without a region, give no annotation', async () => {
  const { images, annotations } = await exported([exportCase({ rows: null, columns: null }), exportCase({ id: 2, flag: { ...flag, region: null } })])
  expect([images.length, annotations.length]).toEqual([1, 0])
})

it('fully de-identified, neither file, note nor reader is named', async () => {
  const { images, annotations } = await exported([exportCase()], { identifiers: 'deidentified' })
  expect(images[0]).toMatchObject({ file_name: 'case-000001', sop_instance_uid: '2.25.7' })
  expect(annotations[0]!.attributes).toMatchObject({ note: '', reader: 'R-8' })
})
