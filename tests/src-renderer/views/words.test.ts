import { describe, expect, test } from 'vitest'
import { CASE_COLUMNS } from '../../../src-main/contract/records.ts'
import { bytesText } from '../../../src-renderer/stores/words.ts'
import { asFolder, complete, joinPath, lastWhole, splitTyped, withExtension } from '../../../src-renderer/views/files/path-text.ts'
import { sameClass } from '../../../src-renderer/views/labels/class-guess.ts'
import { availableColumns, cellText, FIRST_COLUMNS, nextSort, usableColumns } from '../../../src-renderer/views/worklist/columns.ts'
import { conditionText } from '../../../src-renderer/views/worklist/condition-text.ts'
import { isComplete, withColumn, withOperator } from '../../../src-renderer/views/worklist/condition-values.ts'
import { fakeRow } from '../fake-rows.ts'

const className = (index: number | null) => (index === null ? '' : ['Normal', 'Pneumonia'][index])

describe('paths', () => {
  test.each([
    ['/root//tmp/model.onnx', '/tmp/model.onnx'], ['C:\\Users\\me\\D:\\data\\x.onnx', 'D:\\data\\x.onnx'], ['C:\\Users\\\\\\server\\share', '\\\\server\\share'],
    ['/home/me/x.onnx', '/home/me/x.onnx'], ['//server/share', '//server/share'], ['\\\\server\\share\\x', '\\\\server\\share\\x'], ['C:\\Users', 'C:\\Users'], ['/home/a:b', '/home/a:b'],
  ])('pasted behind a folder: %s is %s', (typed, whole) => {
    expect(lastWhole(typed)).toBe(whole)
  })

  test('Tab completes as far as all names agree, whatever the case that was typed', () => {
    const entries = [{ name: 'Studies-2024', isFolder: true }, { name: 'studies-2025', isFolder: true }, { name: 'labels.csv', isFolder: false }]
    expect(complete('stu', entries)).toEqual({ name: 'Studies-202', only: false, isFolder: false })
    expect(complete('l', entries)).toEqual({ name: 'labels.csv', only: true, isFolder: false })
    expect(complete('x', entries)).toBeNull()
  })

  test('paths of both systems are cut and joined at their own separators', () => {
    expect(splitTyped('C:\\data\\stu')).toEqual({ folder: 'C:\\data\\', start: 'stu' })
    expect(joinPath('C:\\data', 'a')).toBe('C:\\data\\a')
    expect(joinPath('/data/', 'a')).toBe('/data/a')
    expect(asFolder('/')).toBe('/')
  })

  test('a new file gets the ending it needs, once', () => {
    expect(withExtension('/a/b', ['rightreason'])).toBe('/a/b.rightreason')
    expect(withExtension('/a/b.rightreason', ['rightreason'])).toBe('/a/b.rightreason')
    expect(withExtension('/a/b', [])).toBe('/a/b')
  })
})

describe('columns', () => {
  test('every column of a case can be shown as text', () => {
    const row = fakeRow(1)
    for (const column of Object.keys(CASE_COLUMNS)) expect(cellText(row, column, className), column).not.toContain('object')
    expect(cellText(row, 'predictedClass', className)).toBe('Pneumonia')
    expect(cellText(row, 'group:ward', className)).toBe('ER')
    expect(cellText(row, 'group:other', className)).toBe('')
  })

  test('columns kept from another project are left out, and an empty rest falls back to the first ones', () => {
    const available = availableColumns(['ward'])
    expect(usableColumns([{ name: 'group:ward', width: 80 }, { name: 'group:gone', width: 80 }], available)).toEqual([{ name: 'group:ward', width: 80 }])
    expect(usableColumns([{ name: 'group:gone', width: 80 }], available)).toEqual(FIRST_COLUMNS)
  })

  test('pressing a head goes from ascending to descending to none', () => {
    const first = nextSort(null, 'file')
    const second = nextSort(first, 'file')
    expect([first, second, nextSort(second, 'file'), nextSort(second, 'label')]).toEqual([{ column: 'file', descending: false }, { column: 'file', descending: true }, null, { column: 'label', descending: false }])
  })
})

describe('filters', () => {
  test('a condition reads as a sentence in the window’s words', () => {
    expect(conditionText({ column: 'verdict', op: 'in', value: ['wrong-reason', 'unsure'] }, className)).toBe('Verdict is one of Wrong reason, Unsure')
    expect(conditionText({ column: 'predictedClass', op: 'in', value: [1] }, className)).toBe('Predicted is one of Pneumonia')
    expect(conditionText({ column: 'group:ward', op: 'empty', value: null }, className)).toBe('ward is empty')
  })

  test('another column keeps the operator where it can, and never its value', () => {
    expect(withColumn({ column: 'file', op: 'contains', value: 'a' }, 'ageYears')).toEqual({ column: 'ageYears', op: 'is', value: null })
    expect(withColumn({ column: 'label', op: 'empty', value: null }, 'ageYears')).toEqual({ column: 'ageYears', op: 'empty', value: null })
    expect(withOperator({ column: 'label', op: 'in', value: ['a', 'b'] }, 'is')).toEqual({ column: 'label', op: 'is', value: 'a' })
  })

  test('a condition without its value is not sent', () => {
    expect([{ column: 'label', op: 'in', value: [] }, { column: 'ageYears', op: 'less', value: null }, { column: 'label', op: 'empty', value: null }].map((condition) => isComplete(condition as never))).toEqual([false, false, true])
  })
})

test('a label is taken for the class of its name or number, and anything else is left open', () => {
  expect(sameClass(['pneumonia ', '0', 'Covid', '7'], ['Normal', 'Pneumonia'])).toEqual({ 'pneumonia ': 1, '0': 0 })
})

test.each([[0, '0 B'], [999, '999 B'], [1000, '1.0 kB'], [999_999, '1.0 MB'], [9_120_344, '9.1 MB'], [12_000_000_000, '12 GB']])('%d bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text)
})
