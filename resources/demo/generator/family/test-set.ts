import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Planted } from '../cues/planted.ts'
import { writeStudy } from '../dicom/study.ts'
import { fileName } from '../study-set.ts'
import { answerOf, type Answer, type CaseTruth, type Scorer, type Truth } from './truth.ts'
import { drawTwins, type Twins } from './twins.ts'

export interface TestSet extends Planted {
  readonly seed: number
  readonly count: number
}

export interface FamilyModel {
  /** below resources/demo */
  readonly file: string
  readonly sha256: string
  readonly score: Scorer
}

/**
 * The truth of a test set, case by case; `onCase` gets each case's twins while they are at hand. The same cue, strength and seed give
 * the same cases, and the first N of a longer set are the set of N.
 */
export async function truthOf({ cue, strength, seed, count }: TestSet, models: readonly FamilyModel[], onCase: (twins: Twins, file: string) => Promise<void> | void): Promise<Truth> {
  const cases: CaseTruth[] = []
  const answers: Answer[][] = models.map(() => [])
  for (let index = 0; index < count; index++) {
    const twins = drawTwins({ cue, strength }, seed, index)
    const file = fileName(index)
    cases.push({ file, label: twins.subject.label, present: twins.present, ...twins.place })
    for (const [k, { score }] of models.entries()) answers[k].push(await answerOf(twins, score))
    await onCase(twins, file)
  }
  return { format: 'right-reason/planted@1', cue, strength, seed, cases, models: models.map(({ file, sha256 }, k) => ({ file, sha256, answers: answers[k] })) }
}

/**
 * Writes a test set: `out`/studies/*.dcm, uncompressed; labels.csv, the file and its label and nothing else; and truth.json,
 * which is for whoever checks a judgement and not for whoever makes one.
 */
export async function writeTestSet(out: string, set: TestSet, models: readonly FamilyModel[], onCase: (done: number) => void): Promise<Truth> {
  await mkdir(join(out, 'studies'), { recursive: true })
  let done = 0
  const truth = await truthOf(set, models, async ({ subject, shown }, file) => {
    await writeFile(join(out, 'studies', file), await writeStudy(subject, { ...shown, syntax: 'uncompressed' }))
    onCase(++done)
  })
  await writeFile(join(out, 'labels.csv'), ['file,label', ...truth.cases.map(({ file, label }) => `${file},${label}`), ''].join('\n'))
  await writeFile(join(out, 'truth.json'), truthText(truth))
  return truth
}

/** A case or an answer a line: a change shows where it is. */
export function truthText({ cases, models, ...facts }: Truth): string {
  const lines = (rows: readonly unknown[], indent: string): string => rows.map((row) => `${indent}${JSON.stringify(row)}`).join(',\n')
  const head = JSON.stringify(facts).slice(0, -1)
  const modelTexts = models.map(({ answers, ...model }) => `  ${JSON.stringify(model).slice(0, -1)},"answers":[\n${lines(answers, '    ')}\n  ]}`)
  return `${head},"cases":[\n${lines(cases, '  ')}\n],"models":[\n${modelTexts.join(',\n')}\n]}\n`
}
