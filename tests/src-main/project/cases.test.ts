import { join } from 'node:path'
import { expect, test } from 'vitest'

import { NO_FILTER } from '../../../src-main/contract/records.ts'
import { attributionRange, attributionValues, attributionsOf, findAttribution, storeAttribution } from '../../../src-main/project/attributions.ts'
import type { NewAttribution } from '../../../src-main/project/attributions.ts'
import { addFiles, folderId, knownFiles } from '../../../src-main/project/cases.ts'
import { caseDetail, caseRows, pathOfCase } from '../../../src-main/project/case-rows.ts'
import { createProject } from '../../../src-main/project/project.ts'
import { setFlag } from '../../../src-main/project/reviews.ts'
import { casesToRun, classSql, countForExport, scoreProvenance, storeProblem } from '../../../src-main/project/scores.ts'
import { specText } from '../../../src-main/project/attributions.ts'
import { orderedIds } from '../../../src-main/project/worklist.ts'
import { FOLDER, giveModel, giveScore, looked } from '../../fixtures/projects/synthetic.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'

const folder = temporaryFolder()
let names = 0
function empty() {
  const project = createProject(join(folder, `cases-${++names}.rightreason`), { version: 'x' })
  return { project, row: project.database.transaction(() => folderId(project, FOLDER)), count: () => orderedIds(project, NO_FILTER, null).length }
}
const kind = { method: 'gradcam', layer: 'conv', parameters: {} }
const map = (caseId: number, classIndex: number, values: number[]): NewAttribution => ({
  caseId, kind, classIndex, layer: 'conv', grid: [2, 2], signed: false, values: Float32Array.from(values), inputWidth: 8, inputHeight: 8, affine: { scaleX: 0.5, scaleY: 0.5, offsetX: 0, offsetY: 0 },
  diagnostics: { cosine: 1 }, pixelSha256: 'c'.repeat(64), provider: 'cpu', version: '0.1.0', elapsedMs: 3,
})

test('the same files twice add nothing twice', () => {
  const { project, row, count } = empty()
  expect(addFiles(project, row, [looked(1), looked(2)], () => true)).toMatchObject({ added: 2, known: 0 })
  expect(addFiles(project, row, [looked(1), looked(2)], () => true)).toMatchObject({ added: 0, known: 2 })
  expect(count()).toBe(2)
  project.close()
})

test('a copy of an instance adds nothing; a moved one takes its flag along', () => {
  const { project, row, count } = empty()
  addFiles(project, row, [looked(1)], () => true)
  setFlag(project, 1, { verdict: 'unsure', reasons: [], note: '', region: null }, 'R')
  expect(addFiles(project, row, [looked(1, {}, 'copy/of.dcm')], () => true)).toMatchObject({ added: 0, known: 1 })
  expect(pathOfCase(project, 1).path).toBe(join(FOLDER, 'a/image000001.dcm'))
  addFiles(project, row, [looked(1, {}, 'moved/to.dcm')], () => false)
  expect(count()).toBe(1)
  expect(pathOfCase(project, 1).path).toBe(join(FOLDER, 'moved/to.dcm'))
  expect(caseDetail(project, 1).flag?.verdict).toBe('unsure')
  project.close()
})

test('a file that only moved keeps the scores of its case, one that is another by its size does not', () => {
  const { project, row } = empty()
  addFiles(project, row, [looked(1)], () => true)
  giveModel(project)
  giveScore(project, 1, 1)
  storeProblem(project, project.modelId!, 1, { code: 'file-not-found', message: 'Gone.' }, 0)
  addFiles(project, row, [looked(1, {}, 'moved/to.dcm')], () => false)
  expect(caseDetail(project, 1)).toMatchObject({ file: 'moved/to.dcm', predictedClass: 1, runError: null })
  addFiles(project, row, [{ ...looked(1, {}, 'moved/again.dcm'), bytes: 7 }], () => false)
  expect(caseDetail(project, 1)).toMatchObject({ file: 'moved/again.dcm', outcome: 'not-run' })
  project.close()
})

test('a file that changed loses its scores and maps and keeps its flag', () => {
  const { project, row } = empty()
  addFiles(project, row, [looked(1)], () => true)
  giveModel(project)
  giveScore(project, 1, 1)
  storeAttribution(project, project.modelId!, map(1, 1, [0, 1, 2, 3]))
  setFlag(project, 1, { verdict: 'wrong', reasons: [], note: '', region: null }, 'R')
  addFiles(project, row, [looked(1, { rows: 99 })], () => true)
  expect(caseDetail(project, 1)).toMatchObject({ rows: 99, outcome: 'not-run', logits: null, flag: { verdict: 'wrong' } })
  expect(findAttribution(project, 1, kind, 1)).toBeNull()
  project.close()
})

test('unreadable files are cases with their error, files of another kind are remembered only', () => {
  const { project, row, count } = empty()
  const error = { code: 'dicom-truncated', message: 'The file ends early.' } as const
  addFiles(project, row, [{ ...looked(1, { sopInstanceUid: '' }), error }, { ...looked(2, { sopInstanceUid: '' }), error }, { ...looked(3), file: 'notes.txt', facts: null }], () => true)
  expect(count()).toBe(2)
  expect(caseRows(project, [1])[0]).toMatchObject({ status: 'unreadable', error })
  expect([...knownFiles(project, row)].map(([file, { caseId }]) => [file, caseId])).toEqual([['a/image000001.dcm', 1], ['a/image000002.dcm', 2], ['notes.txt', null]])
  giveModel(project)
  expect(casesToRun(project, NO_FILTER, null)).toEqual([])
  project.close()
})

test('a run goes on where it stopped: cases that lack scores or the map of that kind and class', () => {
  const { project, row } = empty()
  addFiles(project, row, [looked(1), looked(2), looked(3)], () => true)
  giveModel(project)
  giveScore(project, 1, 1)
  giveScore(project, 2, 0)
  storeAttribution(project, project.modelId!, map(1, 1, [0, 1, 2, 3]))
  const spec = specText(kind)
  expect(casesToRun(project, NO_FILTER, null)).toEqual([3])
  expect(casesToRun(project, NO_FILTER, { spec, classSql: classSql('predicted') })).toEqual([2, 3])
  expect(casesToRun(project, NO_FILTER, { spec, classSql: classSql(0) })).toEqual([1, 2, 3])
  expect(casesToRun(project, NO_FILTER, { spec, classSql: classSql('label') })).toEqual([3])
  expect(casesToRun(project, { ...NO_FILTER, conditions: [{ column: 'id', op: 'is', value: 2 }] }, { spec, classSql: classSql('predicted') })).toEqual([2])
  project.close()
})

test('a failed run is told on the case and forgotten when it succeeds', () => {
  const { project, row } = empty()
  addFiles(project, row, [looked(1)], () => true)
  giveModel(project)
  storeProblem(project, project.modelId!, 1, { code: 'compute-crashed', message: 'The compute process ended.' }, 2)
  expect(caseDetail(project, 1)).toMatchObject({ runError: { code: 'compute-crashed' }, crashes: 2, outcome: 'not-run' })
  giveScore(project, 1, 0)
  expect(caseDetail(project, 1)).toMatchObject({ runError: null, crashes: 0, predictedClass: 0 })
  expect(scoreProvenance(project, 1)).toEqual({ pixelSha256: 'c'.repeat(64), provider: 'cpu', version: '0.1.0' })
  project.close()
})

test('scores of another model are kept and not shown', () => {
  const { project, row } = empty()
  addFiles(project, row, [looked(1)], () => true)
  giveModel(project)
  giveScore(project, 1, 1)
  giveModel(project, { sha256: 'e'.repeat(64) })
  expect(caseDetail(project, 1)).toMatchObject({ predictedClass: null, outcome: 'not-run' })
  giveModel(project)
  expect(caseDetail(project, 1).predictedClass).toBe(1)
  project.close()
})

test('a map comes back as it was stored, and the same map again replaces it', () => {
  const { project, row } = empty()
  addFiles(project, row, [looked(1)], () => true)
  giveModel(project)
  giveScore(project, 1, 1)
  const id = storeAttribution(project, project.modelId!, map(1, 1, [0.1, -1, 2.5, 3]))
  const stored = findAttribution(project, 1, { ...kind, parameters: {} }, 1)
  expect(stored).toMatchObject({ id, grid: [2, 2], signed: false, min: -1, max: 3, diagnostics: { cosine: 1 }, affine: { scaleX: 0.5 } })
  expect(attributionValues(project, id)).toEqual(Float32Array.from([0.1, -1, 2.5, 3]))
  expect(storeAttribution(project, project.modelId!, map(1, 1, [9, 9, 9, 9]))).toBe(id)
  expect(attributionValues(project, id)).toEqual(Float32Array.from([9, 9, 9, 9]))
  expect(findAttribution(project, 1, { ...kind, layer: 'other' }, 1)).toBeNull()
  expect(attributionsOf(project, 1, null, null)).toHaveLength(1)
  expect(countForExport(project, NO_FILTER)).toEqual({ cases: 1, flagged: 0, maps: 1 })
  project.close()
})

test('the range over the project is that of the maps of the class asked for', async () => {
  const { project, row } = empty()
  addFiles(project, row, [looked(1), looked(2), looked(3)], () => true)
  giveModel(project)
  giveScore(project, 1, 1)
  giveScore(project, 2, 0)
  const store = (caseId: number, classIndex: number, values: number[]) => storeAttribution(project, project.modelId!, map(caseId, classIndex, values))
  store(1, 1, [0, 1, 2, 3])
  store(1, 0, [-50, 50, 50, 50])
  store(2, 0, [4, 5, 6, 7])
  expect(await attributionRange(project, kind, classSql('predicted'))).toMatchObject({ min: 0, max: 7, maps: 2, p99: expect.closeTo(7, 2) })
  expect(await attributionRange(project, kind, classSql(0))).toMatchObject({ min: -50, max: 50, maps: 2 })
  expect(await attributionRange(project, { ...kind, method: 'layercam' }, classSql(0))).toBeNull()
  project.close()
})
