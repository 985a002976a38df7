import type { LabelPreview } from '../contract/records.ts'
import { guessMapping } from './label-guess.ts'
import { readLabelFile } from './label-file.ts'
import { modelInUse } from './models.ts'
import type { Project } from './project.ts'

const ROWS_SHOWN = 20
const VALUES_SHOWN = 50

/** The first rows of a labels file, what its columns hold and what they most likely mean. */
export async function previewLabels(project: Project, file: string, options: { signal?: AbortSignal } = {}): Promise<LabelPreview> {
  const rows: (readonly string[])[] = []
  const distinct = new Map<string, Set<string>>()
  let rowCount = 0
  const head = await readLabelFile(file, (row, _line, { columns }) => {
    rowCount++
    if (rows.length < ROWS_SHOWN) rows.push(row)
    columns.forEach((column, index) => {
      const values = distinct.get(column) ?? new Set()
      distinct.set(column, values)
      const value = row[index]!
      if (value !== '' && values.size < VALUES_SHOWN) values.add(value)
    })
  }, options)
  const lists = Object.fromEntries(head.columns.map((column) => [column, [...(distinct.get(column) ?? [])]]))
  const model = modelInUse(project)
  return { file, ...head, rows, rowCount, distinct: lists, guess: guessMapping(head.columns, lists, model?.classes ?? [], model?.profile.output.positiveClass ?? null) }
}
