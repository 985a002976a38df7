import type { LabelMapping, LabelMatch } from '../contract/records.ts'
import { ReviewError } from '../contract/errors.ts'
import { refreshTexts } from './case-texts.ts'
import { guessClasses } from './label-guess.ts'
import { matchLabels } from './label-match.ts'
import { readMeta, writeMeta } from './meta.ts'
import { modelInUse } from './models.ts'
import { changed } from './project.ts'
import type { Project } from './project.ts'

const CASES_A_STEP = 500
const CLASSES_A_STEP = 5000

interface StoredMapping { readonly classOf: Readonly<Record<string, number>>; readonly classes: readonly string[] }

/** Gives the matched cases their labels and group values, all of them or, on an error or a cancel, none. Cases without a row keep what they have. */
export async function applyLabels(project: Project, file: string, mapping: LabelMapping, options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {}): Promise<LabelMatch> {
  const { match, rowOf } = await matchLabels(project, file, mapping, options)
  const { database } = project
  const entries = [...rowOf]
  await database.longTransaction(async () => {
    const groupIds = mapping.groupColumns.map((name) => database.get<{ id: number }>('INSERT INTO group_columns (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id', [name])!.id)
    for (let start = 0; start < entries.length; start += CASES_A_STEP) {
      if (options.signal?.aborted) throw new ReviewError('cancelled', 'Applying the labels was cancelled; nothing was changed.')
      const step = entries.slice(start, start + CASES_A_STEP)
      for (const [caseId, { label, groups }] of step) {
        if (mapping.labelColumn !== null) database.run('UPDATE cases SET label = ? WHERE id = ?', [label, caseId])
        groupIds.forEach((groupId, index) => {
          const value = groups[index]!
          if (value === '') database.run('DELETE FROM group_values WHERE case_id = ? AND column_id = ?', [caseId, groupId])
          else database.run('INSERT INTO group_values (case_id, column_id, value) VALUES (?, ?, ?) ON CONFLICT (case_id, column_id) DO UPDATE SET value = excluded.value', [caseId, groupId, value])
        })
      }
      refreshTexts(project, step.map(([caseId]) => caseId))
      options.onProgress?.(Math.min(start + CASES_A_STEP, entries.length), entries.length)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const stored: StoredMapping = { classOf: mapping.classOf, classes: modelInUse(project)?.classes ?? [] }
    if (mapping.labelColumn !== null) writeMeta(database, 'label-mapping', JSON.stringify(stored))
    writeMeta(database, 'labels-file', file)
    await assignClasses(project)
  })
  changed(project, 'labels', 'texts')
  return match
}

/**
 * Works out the class of every label text for the model in use. A mapping made for a model with other classes is carried over by the
 * classes' names; what it does not name is guessed. Call it within a long transaction: it rests between its steps.
 */
export async function assignClasses(project: Project): Promise<void> {
  const { database } = project
  const classOf = classesOfLabels(project)
  database.exec('CREATE TEMP TABLE IF NOT EXISTS label_classes (label TEXT PRIMARY KEY, class INTEGER NOT NULL) WITHOUT ROWID; DELETE FROM label_classes')
  for (const [label, index] of classOf) database.run('INSERT INTO label_classes (label, class) VALUES (?, ?)', [label, index])
  const { last } = database.get<{ last: number }>('SELECT coalesce(max(id), 0) AS last FROM cases')!
  for (let first = 1; first <= last; first += CLASSES_A_STEP) {
    database.run(
      `UPDATE cases SET label_class = (SELECT class FROM label_classes l WHERE l.label = cases.label)
       WHERE id BETWEEN ? AND ? AND label_class IS NOT (SELECT class FROM label_classes l WHERE l.label = cases.label)`, [first, first + CLASSES_A_STEP - 1])
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function classesOfLabels(project: Project): Map<string, number> {
  const { database } = project
  const model = modelInUse(project)
  const classes = model?.classes ?? []
  const { classOf, classes: mappedFor }: StoredMapping = JSON.parse(readMeta(database, 'label-mapping') ?? '{"classOf":{},"classes":[]}') as StoredMapping
  const labels = database.all<{ label: string }>('SELECT DISTINCT label FROM cases WHERE label IS NOT NULL').map(({ label }) => label)
  const isSameModel = mappedFor.length === 0 || JSON.stringify(mappedFor) === JSON.stringify(classes)
  const guessed = isSameModel && Object.keys(classOf).length > 0 ? {} : guessClasses(labels, classes, model?.profile.output.positiveClass ?? null)
  return new Map(labels.flatMap((label) => {
    const mapped = classOf[label]
    const carried = mapped === undefined ? undefined : isSameModel ? mapped : classes.indexOf(mappedFor[mapped] ?? '')
    const index = carried !== undefined && carried >= 0 ? carried : guessed[label]
    return index !== undefined && (classes.length === 0 || index < classes.length) ? [[label, index] as const] : []
  }))
}
