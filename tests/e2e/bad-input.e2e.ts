import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { UNFIT_MODELS } from '../fixtures/onnx/unfit-models.ts'
import { tinyClassifier } from '../fixtures/onnx/tiny-classifier.ts'
import { writeStudy } from '../fixtures/study-files.ts'
import type { Program } from './fixtures/program.ts'
import { caseShown, ownFiles } from './fixtures/session.ts'
import { expect, test } from './fixtures/test.ts'

/** Answers the program's own dialog for a path. */
async function choose(page: Page, press: () => Promise<void>, path: string): Promise<void> {
  await press()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill(path)
  await dialog.getByRole('textbox').press('Enter')
  await expect(dialog).toHaveCount(0)
}
const menu = (page: Page, name: RegExp) => async () => {
  await page.getByRole('banner').getByRole('button').first().click()
  await page.getByRole('menuitem', { name }).click()
}
const press = (page: Page, name: string | RegExp) => () => page.getByRole('button', { name }).click()
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })
const told = (page: Page, words: string | RegExp) => expect(page.getByRole('main').or(page.getByRole('region', { name: 'Notifications' })).getByText(words).first()).toBeVisible()

/** The children of the server that run models. */
function computeProcesses(program: Program): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n').map((line) => line.trim().split(/\s+/))
  return lines.filter(([, parent, ...args]) => Number(parent) === program.pid && args.some((arg) => /compute/.test(arg))).map(([pid]) => Number(pid))
}

test('bad files, models and labels are each named with what to do, and the rest goes on', async ({ review: page, program, shot }) => {
  await caseShown(page)
  const at = (name: string) => join(program.folder, name)
  for (const [index, name] of ['1.dcm', '2.dcm', '3.dcm'].entries()) writeStudy(at(`studies/${name}`), { uid: `1.2.3.${index}`, seed: index + 1 })
  writeStudy(at('studies/frames.dcm'), { uid: '1.2.4.1', image: { frames: 3, pixels: new Uint8Array(1200).map((_, at) => at % 200) } })
  writeStudy(at('studies/strange.dcm'), { uid: '1.2.4.2', image: { transferSyntax: '1.2.840.10008.1.2.4.999', pixels: [new Uint8Array(10)] } })
  writeStudy(at('studies/report.dcm'), { uid: '1.2.4.3', image: { pixels: null } })
  writeStudy(at('studies/short.dcm'), { uid: '1.2.4.4', image: { pixels: new Uint8Array(40) } })
  writeFileSync(at('studies/zero.dcm'), '')
  mkdirSync(at('empty'))
  for (const [name, bytes] of Object.entries(UNFIT_MODELS)) writeFileSync(at(`${name}.onnx`), bytes())
  writeFileSync(at('good.onnx'), tinyClassifier({ size: 16 }))
  writeFileSync(at('empty.csv'), '')
  writeFileSync(at('foreign.csv'), 'foo,bar\n8,9\n')

  await choose(page, menu(page, /New project/), at('bad.rightreason'))
  await page.keyboard.press('Alt+Digit3')
  await choose(page, press(page, 'Add a folder of studies'), at('nowhere'))
  await told(page, /There is no folder .*nowhere/)
  await choose(page, press(page, 'Add a folder of studies'), at('empty'))
  await told(page, 'There are no studies in this folder')
  await choose(page, press(page, 'Add a folder of studies'), at('studies'))
  const report = page.getByRole('region', { name: 'Import report' })
  for (const words of ['strange.dcm', 'gdcmconv', 'report.dcm', 'has no image']) await expect(report).toContainText(words)

  await page.keyboard.press('Alt+Digit5')
  for (const [name, words] of [['cut-off', /ONNX file is damaged/], ['two-inputs', /has 2 inputs/], ['own-operator', /com\.acme:MagicRelu/], ['no-scores', /no image classifier/]] as const) {
    await choose(page, press(page, /^Choose/), at(`${name}.onnx`))
    await told(page, words)
  }
  await choose(page, press(page, /^Choose/), at('refused-gradient.onnx'))
  await press(page, 'Use this model')()
  await expect(page.getByRole('button', { name: 'In use' })).toBeVisible()
  await page.keyboard.press('Alt+Digit1')
  await press(page, 'Run all')()
  await told(page, /'Hardmax'.*scores were computed without maps/)
  await expect(row(page, 'frames.dcm')).toContainText('No label')
  await expect(row(page, 'short.dcm')).toContainText('Failed')
  await expect(row(page, 'strange.dcm')).toContainText('Unreadable')
  await shot('bad-input')

  await page.keyboard.press('Alt+Digit5')
  await choose(page, press(page, /^Choose/), at('good.onnx'))
  await press(page, 'Use this model')()
  await expect(page.getByRole('button', { name: 'In use' })).toBeVisible()
  await page.keyboard.press('Alt+Digit4')
  await choose(page, press(page, /^Choose/), at('empty.csv'))
  await told(page, /'empty.csv' cannot be read: it is empty/)
  await choose(page, press(page, /^Choose/), at('foreign.csv'))
  await told(page, /No row names a case/)
  await page.keyboard.press('Alt+Digit1')
  await press(page, 'Run all')()
  await row(page, 'frames.dcm').click()
  await caseShown(page)
  await expect(page.getByTestId('notice-multi-frame')).toBeVisible()
  await row(page, 'short.dcm').click()
  await expect(page.getByTestId('error-image')).toContainText(/truncated|damaged/)
})

test('studies and a model that went away are said on the case, and the flag is kept all the same', async ({ review: page, program }) => {
  await caseShown(page)
  const at = (name: string) => join(program.folder, name)
  for (const number of [1, 2]) writeStudy(at(`studies/${number}.dcm`), { uid: `1.2.3.${number}`, seed: number })
  writeFileSync(at('model.onnx'), tinyClassifier({ size: 16 }))
  await choose(page, menu(page, /New project/), at('gone.rightreason'))
  await page.keyboard.press('Alt+Digit3')
  await choose(page, press(page, 'Add a folder of studies'), at('studies'))
  await page.keyboard.press('Alt+Digit5')
  await choose(page, press(page, /^Choose/), at('model.onnx'))
  await press(page, 'Use this model')()
  await expect(page.getByRole('button', { name: 'In use' })).toBeVisible()
  await choose(page, menu(page, /New project/), at('between.rightreason'))

  renameSync(at('studies'), at('moved'))
  renameSync(at('model.onnx'), at('moved.onnx'))
  await choose(page, menu(page, /Open project/), at('gone.rightreason'))
  await page.keyboard.press('Alt+Digit1')
  await expect(page.getByTestId('error-image')).toContainText(/not there any more.*import the folder from its new place/)
  await page.keyboard.press('q')
  await expect(row(page, '1.dcm')).toContainText('Right reason')
  await page.keyboard.press('Alt+Digit5')
  await told(page, /model .*moved or changed/)
  await page.keyboard.press('Alt+Digit3')
  await choose(page, press(page, 'Add a folder of studies'), at('moved'))
  await expect(page.getByRole('region', { name: 'Import report' })).toContainText('Import done')
  await page.keyboard.press('Alt+Digit1')
  await expect(page.getByTestId('pane-original')).toHaveAttribute('data-state', 'ready')
  await expect(row(page, '.dcm')).toHaveCount(2)
})

test('a compute process that is killed again and again is told, and the run comes to its end', async ({ review: page, program }) => {
  await caseShown(page)
  const files = ownFiles(program.folder)
  writeFileSync(files.model, tinyClassifier({ size: 96, blocks: 12, width: 48 }))
  await choose(page, menu(page, /New project/), files.project)
  await page.keyboard.press('Alt+Digit3')
  await choose(page, press(page, 'Add a folder of studies'), files.studies)
  await page.keyboard.press('Alt+Digit5')
  await choose(page, press(page, /^Choose/), files.model)
  await press(page, 'Use this model')()
  await expect(page.getByRole('button', { name: 'In use' })).toBeVisible()
  await page.keyboard.press('Alt+Digit1')
  await press(page, 'Run all')()
  const cancel = page.getByRole('button', { name: /^Cancel: Scores and maps/ })
  for (let times = 0; times < 2; times++) {
    await expect.poll(() => computeProcesses(program).length).toBe(1)
    await expect(cancel).toBeVisible()
    const [pid] = computeProcesses(program)
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => computeProcesses(program).includes(pid)).toBe(false)
  }
  await expect(cancel).toHaveCount(0, { timeout: 60_000 })
  await page.locator('footer').getByRole('button').first().click()
  await expect(page.getByText('The compute process was started again 2 times.')).toBeVisible()
})
