import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

import { NO_FILTER } from '../../../src-main/contract/records.ts'
import type { LabelMapping } from '../../../src-main/contract/records.ts'
import { addFiles, folderId } from '../../../src-main/project/cases.ts'
import { caseRows } from '../../../src-main/project/case-rows.ts'
import { applyLabels, assignClasses } from '../../../src-main/project/label-apply.ts'
import { guessClasses, guessMapping } from '../../../src-main/project/label-guess.ts'
import { matchLabels } from '../../../src-main/project/label-match.ts'
import { previewLabels } from '../../../src-main/project/label-preview.ts'
import { createProject } from '../../../src-main/project/project.ts'
import type { Project } from '../../../src-main/project/project.ts'
import { orderedIds } from '../../../src-main/project/worklist.ts'
import { FOLDER, giveModel, looked } from '../../fixtures/projects/synthetic.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'

const folder = temporaryFolder()
let names = 0
const write = (content: string | Buffer) => {
  const file = join(folder, `labels-${++names}.csv`)
  writeFileSync(file, content)
  return file
}

/** Cases 1 … 4: a/one.dcm and b/one.dcm share a name; 3 and 4 share a patient. */
function cases(): Project {
  const project = createProject(join(folder, `labels-${++names}.rightreason`), { version: 'x' })
  const row = project.database.transaction(() => folderId(project, FOLDER))
  addFiles(project, row, [
    looked(1, { patientId: 'P1', accession: 'A1' }, 'a/one.dcm'), looked(2, { patientId: 'P2', accession: 'A2' }, 'b/one.dcm'),
    looked(3, { patientId: 'P3', accession: 'A3' }, 'a/two.dcm'), looked(4, { patientId: 'P3', accession: 'A4' }, 'a/three.IMG'),
  ], () => true)
  return project
}
const mapping = (part: Partial<LabelMapping>): LabelMapping => ({ join: 'file', joinColumn: 'file', labelColumn: 'label', classOf: {}, groupColumns: [], ...part })
const labelsOf = (project: Project) => caseRows(project, orderedIds(project, NO_FILTER, null)).map(({ label }) => label)

test.each<[string, string | Buffer, string]>([
  ['commas', 'file,label\na/one.dcm,x\n', ','],
  ['tabs', 'file\tlabel\na/one.dcm\tx\n', '\t'],
  ['semicolons', 'file;label\na/one.dcm;x\n', ';'],
  ['a byte order mark', '\ufefffile,label\r\na/one.dcm,x\r\n', ','],
  ['UTF-16', Buffer.from('\ufefffile\tlabel\na/one.dcm\tx\n', 'utf16le'), '\t'],
  ['quotes around a comma', '"file","label, as read"\n"a/one.dcm","x"\n', ','],
])('a labels file with %s is read', async (_, content, delimiter) => {
  const project = cases()
  const preview = await previewLabels(project, write(content))
  expect(preview).toMatchObject({ delimiter, rowCount: 1, rows: [['a/one.dcm', 'x']] })
  expect(preview.columns[0]).toBe('file')
  project.close()
})

test('a labels file in Latin-1 keeps its letters', async () => {
  const project = cases()
  const preview = await previewLabels(project, write(Buffer.from('file,label\na/one.dcm,Erguß\n', 'latin1')))
  expect(preview.rows).toEqual([['a/one.dcm', 'Erguß']])
  project.close()
})

test('short rows are filled up, long ones cut, columns of one name told apart', async () => {
  const project = cases()
  const preview = await previewLabels(project, write('file,label,label,\na\nb,1,2,3,4,5\n'))
  expect(preview.columns).toEqual(['file', 'label', 'label (2)', 'column 4'])
  expect(preview.rows).toEqual([['a', '', '', ''], ['b', '1', '2', '3']])
  project.close()
})

test.each<[string, string | Buffer]>([
  ['is empty', ''],
  ['leaves a quote open', `file,label\n"a${'b'.repeat(10)},1\n`],
  ['has too many columns', `${Array.from({ length: 3000 }, (_, index) => `c${index}`).join(',')}\n`],
  ['is a row without an end', `file,label\n"${'x'.repeat(3_000_000)}`],
  ['is binary', Buffer.concat([Buffer.from('\0\0PK\x03\x04'), Buffer.alloc(500)])],
])('a labels file that %s is unreadable, in words without its content', async (_, content) => {
  const project = cases()
  const refused = await previewLabels(project, write(content)).catch((thrown: Error & { code: string }) => thrown)
  expect(refused).toMatchObject({ code: 'labels-unreadable' })
  expect((refused as Error).message).not.toMatch(/bbb|xxx/)
  project.close()
})

test('a labels file that is gone, and a column that is not there', async () => {
  const project = cases()
  await expect(previewLabels(project, join(folder, 'gone.csv'))).rejects.toMatchObject({ code: 'file-not-found' })
  await expect(matchLabels(project, write('file,label\na/one.dcm,1\n'), mapping({ labelColumn: 'target' }))).rejects.toMatchObject({ code: 'labels-missing-column', message: expect.stringContaining('file, label') as string })
  await expect(matchLabels(project, write('file,label\n'), mapping({ joinColumn: 'image' }))).rejects.toMatchObject({ code: 'labels-missing-column' })
  project.close()
})

test('what the columns mean is guessed from their names and values', () => {
  const distinct = { 'Image Index': ['1.png', '2.png'], 'Finding Labels': ['Effusion', 'Normal'], 'Patient ID': ['7', '8'], 'View Position': ['AP', 'PA'], 'comment': Array.from({ length: 50 }, (_, index) => `c${index}`), 'constant': ['1'] }
  expect(guessMapping(Object.keys(distinct), distinct, ['normal', 'effusion'], null)).toEqual({
    join: 'file', joinColumn: 'Image Index', labelColumn: 'Finding Labels', classOf: { Effusion: 1, Normal: 0 }, groupColumns: ['View Position'],
  })
  expect(guessMapping(['SOPInstanceUID', 'target', 'site'], { target: ['0', '1'], site: ['a', 'b'] }, [], null)).toMatchObject({ join: 'sopInstanceUid', labelColumn: 'target', classOf: { 0: 0, 1: 1 }, groupColumns: ['site'] })
  expect(guessMapping(['mrn', 'y'], { y: ['yes', 'no'] }, ['none', 'ill'], 1)).toMatchObject({ join: 'patientId', labelColumn: 'y', classOf: { yes: 1, no: 0 } })
})

test('a number that the model has no class for gets none', () => {
  expect(guessClasses(['0', '1', '2', '-1', 'x'], ['a', 'b'], null)).toEqual({ 0: 0, 1: 1 })
})

test('files join by path, by name where it is one case\'s, and without extension', async () => {
  const project = cases()
  const { match, rowOf } = await matchLabels(project, write('file,label\nB\\one.dcm,1\ntwo.dcm,2\nTHREE,3\none.dcm,4\n,5\nnowhere.dcm,6\n'), mapping({}))
  expect([...rowOf.keys()].sort()).toEqual([2, 3, 4])
  expect(match).toMatchObject({ matchedRows: 3, matchedCases: 3, unmatchedRowCount: 3, unmatchedCaseCount: 1, unmatchedCases: [{ id: 1, file: 'a/one.dcm' }] })
  expect(match.unmatchedRows).toEqual([{ line: 5, key: 'one.dcm' }, { line: 6, key: '' }, { line: 7, key: 'nowhere.dcm' }])
  expect(match.problems).toHaveLength(2)
  project.close()
})

test('a patient\'s row goes to all of the patient\'s images; of two rows for one case the last counts', async () => {
  const project = cases()
  const file = write('pid,label\nP3,first\nP1,x\nP3,last\n')
  const match = await applyLabels(project, file, mapping({ join: 'patientId', joinColumn: 'pid' }))
  expect(match).toMatchObject({ matchedRows: 3, matchedCases: 3, duplicateRows: [{ line: 4, key: 'P3' }] })
  expect(labelsOf(project)).toEqual(['x', null, 'last', 'last'])
  project.close()
})

test.each([['sopInstanceUid', '1.2.826.0.1.3680043.8.498.2'], ['accession', 'A2']] as const)('rows join by %s', async (join, key) => {
  const project = cases()
  await applyLabels(project, write(`key,label\n${key},ill\n`), mapping({ join, joinColumn: 'key' }))
  expect(labelsOf(project)).toEqual([null, 'ill', null, null])
  project.close()
})

test('group columns are the project\'s own from then on, and an empty value is none', async () => {
  const project = cases()
  await applyLabels(project, write('file,label,site\ntwo.dcm,1,Harbour\nthree,0,\n'), mapping({ groupColumns: ['site'] }))
  const rows = caseRows(project, [3, 4])
  expect(rows.map(({ groups }) => groups)).toEqual([{ site: 'Harbour' }, {}])
  expect([...orderedIds(project, { ...NO_FILTER, text: 'harbour' }, null)]).toEqual([3])
  project.close()
})

test('a cancelled labels job changes nothing', async () => {
  const project = cases()
  const control = new AbortController()
  control.abort()
  await expect(applyLabels(project, write('file,label\ntwo.dcm,9\n'), mapping({}), { signal: control.signal })).rejects.toMatchObject({ code: 'cancelled' })
  expect(labelsOf(project)).toEqual([null, null, null, null])
  project.close()
})

test('classes follow the mapping, and the names of the classes when the model changes', async () => {
  const project = cases()
  giveModel(project)
  const classes = () => caseRows(project, orderedIds(project, NO_FILTER, null)).map(({ labelClass }) => labelClass)
  await applyLabels(project, write('file,label\na/one.dcm,ill\nb/one.dcm,well\ntwo.dcm,odd\n'), mapping({ classOf: { ill: 1, well: 0 } }))
  expect(classes()).toEqual([1, 0, null, null])
  giveModel(project, { sha256: 'd'.repeat(64), classes: ['pneumonia', 'other', 'normal'] })
  await project.database.longTransaction(() => assignClasses(project))
  expect(classes()).toEqual([0, 2, null, null])
  project.close()
})

test('labels that were read before there was a model get their classes when one is chosen', async () => {
  const project = cases()
  await applyLabels(project, write('file,label\na/one.dcm,Pneumonia\nb/one.dcm,normal\n'), mapping({}))
  expect(caseRows(project, [1])[0]).toMatchObject({ label: 'Pneumonia', labelClass: null })
  giveModel(project)
  await project.database.longTransaction(() => assignClasses(project))
  expect(caseRows(project, [1, 2]).map(({ labelClass }) => labelClass)).toEqual([1, 0])
  project.close()
})
