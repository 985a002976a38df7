import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from 'fast-png'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ReviewError } from '../../../src-main/contract/errors.ts'
import { runExport } from '../../../src-main/export/run-export.ts'
import { exportCase, exportOptions, sampleMap, sampleSource } from './sample-source.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'right-reason-fiftyone-')) })
afterEach(() => rmSync(folder, { recursive: true }))
const json = <T>(name: string) => JSON.parse(readFileSync(join(folder, 'set', name), 'utf8')) as T
const samples = () => json<{ samples: Record<string, { _cls: string } & Record<string, unknown>>[] }>('samples.json').samples

it('a sample has its image, its labels and its map as the fields that FiftyOne reads', async () => {
  await runExport('fiftyone', sampleSource([exportCase({ groups: { 'site name': 'A' } })]), exportOptions(join(folder, 'set')))
  expect(json('metadata.json')).toMatchObject({ name: 'sample', media_type: 'image', info: { provenance: { model: { sha256: 'm'.repeat(64) } } } })
  // without a version FiftyOne infers the fields itself, whatever its database
  expect(json('metadata.json')).not.toHaveProperty('version')
  const [one] = samples()
  expect(one).toMatchObject({
    filepath: 'data/000001.png', tags: ['incorrect', 'wrong-reason'], group_site_name: 'A', patient_id: 'P-10',
    ground_truth: { _cls: 'Classification', label: 'pneumonia' },
    prediction: { _cls: 'Classification', label: 'normal', confidence: 0.9, logits: [2.2, -0.1] },
    verdict: { _cls: 'Classification', label: 'wrong-reason', reasons: ['laterality-marker', 'border'], reader: 'R. Eader' },
    regions: { _cls: 'Detections', detections: [{ _cls: 'Detection', label: 'laterality-marker', bounding_box: [1 / 40, 2 / 60, 3 / 40, 4 / 60] }, { label: 'border' }] },
    heatmap_gradcam: { _cls: 'Heatmap', map_path: 'fields/heatmap_gradcam/000001.png', range: [0, 255], method: 'gradcam', layer: 'features/last', class_name: 'normal' },
  })
  expect(decode(readFileSync(join(folder, 'set', 'data', '000001.png')))).toMatchObject({ width: 40, height: 60 })
})

it('a heatmap lies on the image as the preprocessing did: nothing where the model saw nothing', async () => {
  // the model saw columns 10 to 30 only, all rows
  const cropped = sampleMap({ grid: [1, 2], values: Float32Array.of(1, 0.5), max: 1, inputWidth: 20, inputHeight: 60, affine: { scaleX: 1, scaleY: 1, offsetX: -10, offsetY: 0 } })
  await runExport('fiftyone', sampleSource([exportCase({}, [cropped, sampleMap({ signed: true, grid: [1, 2], values: Float32Array.of(-2, 1), min: -2, max: 1, method: 'gradient-x-input' })])]), exportOptions(join(folder, 'set')))
  const { width, height, channels, data } = decode(readFileSync(join(folder, 'set', 'fields', 'heatmap_gradcam', '000001.png')))
  expect([width, height, channels]).toEqual([40, 60, 1])
  expect([data[5], data[9], data[10], data[29], data[30]]).toEqual([0, 0, 255, 128, 0])
  const signed = decode(readFileSync(join(folder, 'set', 'fields', 'heatmap_gradient_x_input', '000001.png'))).data
  expect([signed[0], signed[39]]).toEqual([1, 192])
})

it('maps of several kinds, layers and classes have fields of their own, the same in each sample', async () => {
  const maps = [sampleMap(), sampleMap({ classIndex: 1, className: 'pneumonia' }), sampleMap({ layer: 'features/first' })]
  await runExport('fiftyone', sampleSource([exportCase({}, maps), exportCase({ id: 2 }, [maps[2]!])]), exportOptions(join(folder, 'set')))
  const [one, two] = samples()
  const fields = (row: typeof one) => Object.keys(row!).filter((name) => name.startsWith('heatmap'))
  expect(fields(one)).toEqual(['heatmap_gradcam', 'heatmap_gradcam_2', 'heatmap_gradcam_3'])
  expect(fields(two)).toEqual(['heatmap_gradcam_3'])
  expect(two!.heatmap_gradcam_3).toMatchObject({ layer: 'features/first' })
})

it('an image that cannot be read is left out and reported', async () => {
  const source = sampleSource([exportCase(), exportCase({ id: 2 })])
  const failed: number[] = []
  const broken = { ...source, picture: (caseId: number) => caseId === 1 ? Promise.reject(new ReviewError('pixel-data-damaged', 'Broken.')) : source.picture(caseId) }
  await runExport('fiftyone', broken, exportOptions(join(folder, 'set'), { onItemError: (caseId) => failed.push(caseId) }))
  expect([failed, samples().length, existsSync(join(folder, 'set', 'data', '000001.png'))]).toEqual([[1], 1, false])
})
