import { join } from 'node:path'
import { beforeAll, afterAll, expect, test } from 'vitest'

import { CASE_COLUMNS, NO_FILTER } from '../../../src-main/contract/records.ts'
import type { Condition, Filter } from '../../../src-main/contract/records.ts'
import { addFiles, folderId } from '../../../src-main/project/cases.ts'
import { refreshTexts } from '../../../src-main/project/case-texts.ts'
import { caseDetail, caseRows } from '../../../src-main/project/case-rows.ts'
import { changed, createProject } from '../../../src-main/project/project.ts'
import type { Project } from '../../../src-main/project/project.ts'
import { setFlag } from '../../../src-main/project/reviews.ts'
import { drawSample } from '../../../src-main/project/samples.ts'
import { listFilters, removeFilter, saveFilter } from '../../../src-main/project/saved-filters.ts'
import { distinctValues, orderedIds, positionOf } from '../../../src-main/project/worklist.ts'
import { FOLDER, giveModel, giveScore, looked } from '../../fixtures/projects/synthetic.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'

const folder = temporaryFolder()
let project: Project

beforeAll(() => {
  project = createProject(join(folder, 'list.rightreason'), { version: 'x' })
  const { database } = project
  const row = database.transaction(() => folderId(project, FOLDER))
  addFiles(project, row, [
    looked(1, { sex: 'F', ageYears: 30, manufacturer: 'aster' }, 'b/two.dcm'),
    looked(2, { sex: 'M', ageYears: 71, manufacturer: 'Boreal' }, 'a/one.dcm'),
    looked(3, { sex: '', ageYears: null, manufacturer: '' }, 'c/Ärzte_100%.dcm'),
    looked(4, { sex: 'F', ageYears: 9, manufacturer: 'Cirrus' }, 'c/four.dcm'),
  ], () => true)
  giveModel(project)
  giveScore(project, 1, 1, 0.9)
  giveScore(project, 2, 0, 0.6)
  giveScore(project, 4, 1, 0.7)
  const dose = database.transaction(() => {
    const id = database.run(`INSERT INTO group_columns (name) VALUES ('dose')`).lastId
    for (const [caseId, value] of [[1, '10'], [2, '9'], [4, 'low']] as const) database.run('INSERT INTO group_values VALUES (?, ?, ?)', [caseId, id, value])
    for (const [caseId, label, labelClass] of [[1, 'pneumonia', 1], [2, 'pneumonia', 1], [3, 'normal', 0], [4, 'maybe', null]] as const) database.run('UPDATE cases SET label = ?, label_class = ? WHERE id = ?', [label, labelClass, caseId])
    return id
  })
  expect(dose).toBe(1)
  refreshTexts(project, [1, 2, 3, 4])
  changed(project, 'labels')
  setFlag(project, 2, { verdict: 'wrong-reason', reasons: ['device', 'exposure'], note: 'Tube over the lung', region: null }, 'Reader')
})
afterAll(() => project.close())

const found = (part: Partial<Filter>, sort: { column: string; descending?: boolean } | null = null) => [...orderedIds(project, { ...NO_FILTER, ...part }, sort && { column: sort.column, descending: sort.descending ?? false })]
const where = (column: string, op: Condition['op'], value: Condition['value'] = null) => found({ conditions: [{ column, op, value }] })

test.each<[string, Condition['op'], Condition['value'], number[]]>([
  ['sex', 'is', 'F', [1, 4]], ['sex', 'is-not', 'F', [2, 3]], ['sex', 'empty', null, [3]], ['sex', 'is', '', [3]], ['sex', 'is-not', '', [1, 2, 4]], ['sex', 'not-empty', null, [1, 2, 4]], ['sex', 'in', ['M', ''], [2, 3]],
  ['ageYears', 'less', 30, [4]], ['ageYears', 'at-most', 30, [1, 4]], ['ageYears', 'more', '30', [2]], ['ageYears', 'at-least', 30, [1, 2]], ['ageYears', 'in', [9, 71], [2, 4]], ['ageYears', 'empty', null, [3]],
  ['manufacturer', 'contains', 'STER', [1]], ['file', 'contains', '100%', [3]], ['file', 'contains', 'o_e', []],
  ['outcome', 'is', 'correct', [1]], ['outcome', 'is', 'incorrect', [2]], ['outcome', 'is', 'not-run', [3]], ['outcome', 'is', 'unlabelled', [4]],
  ['predictedClass', 'is', 1, [1, 4]], ['confidence', 'less', 0.65, [2]], ['label', 'is', 'pneumonia', [1, 2]], ['labelClass', 'empty', null, [4]],
  ['verdict', 'is', 'wrong-reason', [2]], ['verdict', 'empty', null, [1, 3, 4]], ['verdict', 'is-not', 'wrong-reason', [1, 3, 4]], ['reasons', 'contains', 'exposure', [2]],
  ['group:dose', 'is', '10', [1]], ['group:dose', 'is', 10, [1]], ['group:dose', 'more', 9.5, [1]], ['group:dose', 'empty', null, [3]], ['group:dose', 'in', ['9', 'low'], [2, 4]],
  ['id', 'in', [4, 1], [1, 4]], ['status', 'is', 'unreadable', []],
])('%s %s %j', (column, op, value, ids) => {
  expect(where(column, op, value)).toEqual(ids)
})

test('the text is looked for in file, identifiers, label, note and the project\'s own columns, whatever its case', () => {
  expect(found({ text: 'TUBE over' })).toEqual([2])
  expect(found({ text: 'over tube' })).toEqual([2])
  expect(found({ text: 'PNEUMONIA' })).toEqual([1, 2])
  expect(found({ text: 'ärzte_100%' })).toEqual([3])
  expect(found({ text: 'low' })).toEqual([4])
  expect(found({ text: '8.498.4' })).toEqual([4])
  expect(found({ text: 'pat0' })).toEqual([1, 2, 3])
})

test('every column sorts both ways, and cases without a value come last', () => {
  expect(found({}, { column: 'file' })).toEqual([2, 1, 4, 3])
  expect(found({}, { column: 'ageYears' })).toEqual([4, 1, 2, 3])
  expect(found({}, { column: 'ageYears', descending: true })).toEqual([2, 1, 4, 3])
  expect(found({}, { column: 'manufacturer' })).toEqual([1, 2, 4, 3])
  expect(found({}, { column: 'group:dose' })).toEqual([2, 1, 4, 3])
  expect(found({}, { column: 'flaggedAt', descending: true })[0]).toBe(2)
  for (const column of Object.keys(CASE_COLUMNS)) for (const descending of [false, true]) expect(found({}, { column, descending }).sort()).toEqual([1, 2, 3, 4])
})

test('a case knows its place in the list, or that it is not in it', () => {
  const filter: Filter = { ...NO_FILTER, conditions: [{ column: 'sex', op: 'is', value: 'F' }] }
  expect(positionOf(project, filter, { column: 'ageYears', descending: false }, 1)).toBe(1)
  expect(positionOf(project, filter, null, 2)).toBeNull()
})

test('a list worked out before is worked out anew when what it hangs on changed', () => {
  expect(where('verdict', 'empty')).toEqual([1, 3, 4])
  setFlag(project, 1, { verdict: 'unsure', reasons: [], note: '', region: null }, 'Reader')
  expect(where('verdict', 'empty')).toEqual([3, 4])
  setFlag(project, 1, null, 'Reader')
  expect(where('verdict', 'empty')).toEqual([1, 3, 4])
})

test('values of a column are counted, the most frequent first', () => {
  expect(distinctValues(project, 'sex', NO_FILTER)).toEqual([{ value: 'F', count: 2 }, { value: 'M', count: 1 }, { value: null, count: 1 }])
  expect(distinctValues(project, 'group:dose', { ...NO_FILTER, text: 'pneumonia' })).toEqual([{ value: '10', count: 1 }, { value: '9', count: 1 }])
})

test('rows carry outcome, groups and flags, in the order that was asked for', () => {
  const rows = caseRows(project, [4, 2, 99])
  expect(rows.map(({ id }) => id)).toEqual([4, 2])
  expect(rows[1]).toMatchObject({ file: 'a/one.dcm', outcome: 'incorrect', verdict: 'wrong-reason', reasons: ['device', 'exposure'], note: 'Tube over the lung', groups: { dose: '9' }, confidence: expect.closeTo(0.6, 5) })
})

test('a case in detail has its probabilities in the order of the classes', () => {
  const { probabilities, logits, runError } = caseDetail(project, 2)
  expect(probabilities).toEqual([expect.closeTo(0.6, 5), expect.closeTo(0.4, 5)])
  expect(logits).toHaveLength(2)
  expect(runError).toBeNull()
  expect(() => caseDetail(project, 77)).toThrow(expect.objectContaining({ code: 'no-such-case' }))
})

test.each<[string, Partial<Filter>]>([
  ['a column that the project lacks', { conditions: [{ column: 'group:nothing', op: 'empty', value: null }] }],
  ['a text where a number is due', { conditions: [{ column: 'ageYears', op: 'less', value: 'old' }] }],
  ['a list where one value is due', { conditions: [{ column: 'sex', op: 'is', value: ['F'] }] }],
  ['one value where a list is due', { conditions: [{ column: 'sex', op: 'in', value: 'F' }] }],
])('%s is a bad filter', (_, part) => {
  expect(() => found(part)).toThrow(expect.objectContaining({ code: 'bad-filter' }))
})

test('SQL in a value is a value', () => {
  expect(found({ text: `'; DROP TABLE cases; --` })).toEqual([])
  expect(where('sex', 'is', `F' OR 1=1 --`)).toEqual([])
  expect(where('group:dose', 'contains', `%' OR '1'='1`)).toEqual([])
  expect(() => where(`group:x' OR 1=1 --`, 'empty')).toThrow(expect.objectContaining({ code: 'bad-filter' }))
  expect(found({})).toHaveLength(4)
})

test('a filter is kept under its name, and one that does not fit is refused', () => {
  const filter: Filter = { ...NO_FILTER, text: 'tube' }
  const { id } = saveFilter(project, 'Tubes', filter, { column: 'file', descending: true })
  saveFilter(project, 'Tubes', { ...filter, text: 'line' }, null)
  expect(listFilters(project)).toEqual([{ id, name: 'Tubes', filter: { ...filter, text: 'line' }, sort: null }])
  expect(() => saveFilter(project, 'Bad', { ...NO_FILTER, conditions: [{ column: 'group:no', op: 'empty', value: null }] }, null)).toThrow(expect.objectContaining({ code: 'bad-filter' }))
  removeFilter(project, id)
  expect(() => removeFilter(project, id)).toThrow(expect.objectContaining({ code: 'bad-filter' }))
})

test('a sample is a filter', () => {
  const sample = drawSample(project, { filter: NO_FILTER, size: 2, seed: 3, stratifyBy: null, name: '' })
  expect(found({ sampleId: sample.id })).toHaveLength(2)
})
