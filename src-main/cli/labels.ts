import { resolve } from 'node:path'
import type { LabelMapping, LabelMatch } from '../contract/records.ts'
import { chooseClass } from './model.ts'
import { UsageError } from './exit-codes.ts'
import type { Runner } from './jobs.ts'

export interface LabelOptions {
  readonly labels?: string
  readonly join?: LabelMapping['join']
  readonly joinColumn?: string
  readonly labelColumn?: string
  readonly groups?: string
  readonly classOf: readonly string[]
}

/** Joins a labels file to the cases: by the guessed mapping, with what was told put over it. */
export async function applyLabels(runner: Runner, options: LabelOptions & { labels: string }, classes: readonly string[]): Promise<LabelMatch> {
  const file = resolve(options.labels)
  const { guess, columns } = await runner.call('labels.preview', { file })
  const mapping = {
    ...guess,
    ...(options.join && { join: options.join }),
    ...(options.joinColumn && { joinColumn: options.joinColumn }),
    ...(options.labelColumn && { labelColumn: options.labelColumn }),
    ...(options.groups !== undefined && { groupColumns: options.groups.split(',').map((name) => name.trim()).filter((name) => name !== '') }),
    classOf: { ...guess.classOf, ...Object.fromEntries(options.classOf.map((text) => classOf(text, classes))) },
  }
  const match = await runner.call('labels.apply', { file, mapping })
  runner.tell(`Labels: ${match.matchedRows} rows joined ${match.matchedCases} cases by ${mapping.join} = column '${mapping.joinColumn}', label column ${mapping.labelColumn === null ? 'none' : `'${mapping.labelColumn}'`}; ${match.unmatchedRowCount} rows and ${match.unmatchedCaseCount} cases stay without a partner.`)
  const meanings = Object.entries(mapping.classOf).map(([label, index]) => `'${label}' is ${classes[index] ?? `class ${index}`}`)
  if (mapping.labelColumn === null) runner.tell(`Labels: no column looks like labels. The columns are: ${columns.join(', ')}. --label-column says which it is.`)
  else runner.tell(`Labels: ${meanings.length > 0 ? `${meanings.join(', ')}; other labels have no outcome` : 'none stands for a class of the model, so there are no outcomes'}. --class-of says it otherwise.`)
  for (const problem of match.problems) runner.tell(`Labels: ${problem}`)
  return match
}

/** `text=class`: what a label's text means for the model. */
function classOf(text: string, classes: readonly string[]): [string, number] {
  const at = text.lastIndexOf('=')
  const choice = at < 1 ? null : chooseClass(text.slice(at + 1), classes)
  if (typeof choice !== 'number') throw new UsageError(`--class-of takes label=class, as in 1=pneumonia, not '${text}'.`)
  return [text.slice(0, at), choice]
}
