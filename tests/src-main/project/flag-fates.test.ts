import { join } from 'node:path'
import { expect, test } from 'vitest'

import type { Fate } from '../../../src-main/contract/protocol.ts'
import type { Flag, Outcome, Verdict } from '../../../src-main/contract/records.ts'
import { fateOf, followFlags } from '../../../src-main/project/flag-fates.ts'
import { listModels, modelWithId } from '../../../src-main/project/model-list.ts'
import { createProject } from '../../../src-main/project/project.ts'
import { setFlag } from '../../../src-main/project/reviews.ts'
import { fill, giveModel, giveScore } from '../../fixtures/projects/synthetic.ts'
import { temporaryFolder } from '../../fixtures/temp-folder.ts'

const folder = temporaryFolder()
const flag = (verdict: Verdict): Flag => ({ verdict, reasons: [], note: '', region: null, reader: 'A', time: '2026-01-01T00:00:00.000Z' })

test.each<[Outcome, Verdict, Outcome, Verdict | null, Fate]>([
  ['correct', 'wrong-reason', 'correct', 'right-reason', 'fixed'],
  ['incorrect', 'wrong', 'correct', 'right-reason', 'fixed'],
  ['correct', 'wrong-reason', 'correct', 'wrong-reason', 'still-wrong-reason'],
  ['correct', 'right-reason', 'correct', 'wrong-reason', 'newly-wrong-reason'],
  ['correct', 'right-reason', 'correct', 'right-reason', 'unchanged'],
  ['correct', 'right-reason', 'incorrect', null, 'newly-broken'],
  ['correct', 'wrong-reason', 'incorrect', null, 'no-longer-right'],
  ['incorrect', 'wrong', 'incorrect', 'wrong', 'still-wrong'],
  ['correct', 'wrong-reason', 'correct', null, 'to-look-at'],
  ['correct', 'right-reason', 'correct', null, 'to-look-at'],
  ['correct', 'wrong-reason', 'correct', 'unsure', 'to-look-at'],
  ['correct', 'wrong-reason', 'not-run', null, 'not-run'],
  ['unlabelled', 'right-reason', 'unlabelled', 'wrong', 'newly-broken'],
  ['unlabelled', 'wrong', 'unlabelled', 'wrong', 'still-wrong'],
])('%s and flagged %s, then %s and judged %s: %s', (wasOutcome, was, isOutcome, is, fate) => {
  const prediction = { predictedClass: 0, confidence: 0.9 }
  expect(fateOf({ before: { ...prediction, outcome: wasOutcome, flag: flag(was) }, after: { ...prediction, outcome: isOutcome, flag: is && flag(is) } })).toBe(fate)
})

test('flags belong to the model that was in use, also where the same reader judged the new one since', () => {
  const project = createProject(join(folder, 'two.rightreason'), { version: 'x' })
  fill(project, 10, 1, { flags: false })
  for (const [id, label] of [[1, 0], [2, 0], [3, 0]]) project.database.run('UPDATE cases SET label_class = ? WHERE id = ?', [label, id])
  for (const id of [1, 2, 3]) giveScore(project, id, 0)
  setFlag(project, 1, { ...flag('wrong-reason') }, 'A')
  setFlag(project, 2, { ...flag('wrong-reason') }, 'A')
  setFlag(project, 3, { ...flag('right-reason') }, 'B')
  giveModel(project, { sha256: 'd'.repeat(64) })
  giveScore(project, 1, 0)
  giveScore(project, 2, 0)
  giveScore(project, 3, 1)
  setFlag(project, 1, { ...flag('right-reason') }, 'A')
  setFlag(project, 9, { ...flag('unsure') }, 'A')

  const [before, after] = listModels(project)
  expect([before.inUse, after.inUse, after.scored]).toEqual([false, true, 3])
  const followed = followFlags(project, before, after)
  expect(followed.map((one) => [one.caseId, one.before.flag.verdict, one.after.flag?.verdict ?? null, fateOf(one)])).toEqual([
    [1, 'wrong-reason', 'right-reason', 'fixed'], [2, 'wrong-reason', null, 'to-look-at'], [3, 'right-reason', null, 'newly-broken'],
  ])
  expect(() => modelWithId(project, 7)).toThrow(expect.objectContaining({ code: 'no-such-model' }))
  project.close()
})
