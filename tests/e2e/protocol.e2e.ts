import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { openProject as openFile } from '../../src-main/project/project.ts'
import { changesOfPlan } from '../../src-main/project/readings.ts'
import { expect, test } from './fixtures/test.ts'
import { caseShown } from './fixtures/session.ts'

const DEMO_MODEL = fileURLToPath(new URL('../../resources/demo/demo-cnn.onnx', import.meta.url))
const CASES = 4

/** In the browser shell a path is typed into the program's own dialog. */
async function choosePath(page: Page, press: () => Promise<void>, path: string): Promise<void> {
  await press()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill(path)
  await dialog.getByRole('textbox').press('Enter')
  await expect(dialog).toHaveCount(0)
}
const menu = async (page: Page, name: RegExp) => {
  await page.getByRole('banner').getByRole('button').first().click()
  await page.getByRole('menuitem', { name }).click()
}
const openProject = (page: Page, file: string) => choosePath(page, () => menu(page, /Open project/), file)
const protocol = async (page: Page) => {
  await page.keyboard.press('Alt+Digit6')
  await expect(page.getByTestId('protocol')).toBeVisible()
}

/** Reads the plan as one reader: an answer first, while the map is not there; then the verdict by its key. */
async function read(page: Page, reader: string, keys: readonly string[][], shot?: (name: string) => Promise<void>): Promise<void> {
  await protocol(page)
  await page.getByTestId('reader').fill(reader)
  await page.getByTestId('read-first').click()
  for (const [index, verdict] of keys.entries()) {
    await expect(page.getByTestId('session-place')).toHaveText(`First pass: case ${index + 1} of ${CASES}`)
    await expect(page.getByTestId('pane-original')).toHaveAttribute('data-state', 'ready')
    await expect(page.getByTestId('session-panel')).toHaveAttribute('data-stage', 'answer')
    await expect(page.getByTestId('pane-overlay')).toHaveCount(0)
    await expect(page.getByTestId('outcome')).toHaveCount(0)
    await expect(page.getByLabel('Work list', { exact: true })).toHaveCount(0)
    if (index === 0) await shot?.('protocol-hidden')
    await page.keyboard.press('Alt+Shift+Digit1')
    await expect(page.getByTestId('session-panel')).toHaveAttribute('data-stage', 'judge')
    await caseShown(page)
    if (index === 0) await shot?.('protocol-judge')
    for (const key of verdict) await page.keyboard.press(key)
  }
  await expect(page.getByTestId('plan')).toContainText('Every case is read')
}

test('a review by plan: two readers in two copies, hidden maps, merge, κ, rates, adjudication, a second model', async ({ review: page, program, shot }) => {
  test.setTimeout(240_000)
  await caseShown(page)
  await expect(page.getByRole('button', { name: 'Run all' })).toBeVisible({ timeout: 90_000 })
  await protocol(page)
  await shot('protocol-empty')
  await page.getByTestId('new-plan').click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByTestId('size-advice')).toContainText('of 60 cases')
  await dialog.getByRole('textbox', { name: 'Name of the plan' }).fill('Pilot')
  await dialog.getByRole('textbox', { name: 'Number of cases' }).fill(String(CASES))
  await dialog.getByRole('textbox', { name: 'Share that is read twice' }).fill('25')
  await shot('protocol-plan')
  await dialog.getByTestId('make-plan').click()
  await expect(dialog).toHaveCount(0)
  await expect(page.getByTestId('plan')).toContainText(`${CASES} of 60 cases`)

  const demo = join(program.projects, 'Demo.rightreason')
  const copy = (name: string) => join(program.folder, `${name}.rightreason`)
  await menu(page, /Close project/)
  await expect(page.getByTestId('protocol')).toHaveCount(0)
  for (const name of ['anna', 'ben']) copyFileSync(demo, copy(name))

  await openProject(page, copy('anna'))
  await caseShown(page)
  await read(page, 'Anna', [['q'], ['w', 'm', 'Enter'], ['q'], ['w', 'd', 'Enter']], shot)
  await openProject(page, copy('ben'))
  await expect(page.getByRole('banner').getByRole('button').first()).toContainText('ben')
  const anna = openFile(copy('anna'))
  const seen = changesOfPlan(anna, 1).map(({ said }) => said!.seen.map(({ what }) => what))
  expect(seen).toHaveLength(CASES)
  for (const order of seen) {
    expect(order[0]).toBe('image')
    expect(order.indexOf('answer')).toBeLessThan(order.indexOf('map'))
    expect(order.at(-1)).toBe('verdict')
  }
  anna.close()
  await caseShown(page)
  await read(page, 'Ben', [['q'], ['w', 'm', 'Enter'], ['w', 'd', 'Enter'], ['w', 'd', 'Enter']])

  await choosePath(page, () => page.getByTestId('merge').click(), copy('anna'))
  await expect(page.getByTestId('merge-report')).toContainText('by Anna')
  await expect(page.getByTestId('kappa').first()).toHaveText(/^0\.50 \(/)
  await expect(page.getByTestId('results')).toContainText('2 of 3')
  await expect(page.getByTestId('conflicts')).toContainText('1 open')
  await shot('protocol-results')
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.keyboard.press('Control+Shift+l')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
  await shot('protocol-results-light')
  await page.keyboard.press('Control+Shift+l')
  await page.setViewportSize({ width: 1600, height: 900 })
  await page.getByTestId('show-log').click()
  await expect(page.getByTestId('log')).toContainText('Wrong reason (laterality marker)')
  await shot('protocol-log')
  await page.keyboard.press('Escape')

  await page.getByTestId('settle').click()
  await expect(page.getByTestId('readings')).toContainText('Anna')
  await caseShown(page)
  await shot('protocol-adjudicate')
  for (const key of ['w', 'd', 'Enter']) await page.keyboard.press(key)
  await expect(page.getByTestId('conflicts')).toContainText('0 open, 1 settled')
  await expect(page.getByTestId('results')).toContainText('3 of 4')

  await page.getByTestId('read-second').click()
  await expect(page.getByTestId('session-place')).toHaveText('Second look: case 1 of 1')
  await expect(page.getByTestId('session-panel')).toHaveAttribute('data-stage', 'answer')
  await page.keyboard.press('Alt+Shift+Digit0')
  await caseShown(page)
  await page.keyboard.press('u')
  await expect(page.getByTestId('agreement')).toContainText('Ben, first and Ben, second')

  // the same network with a line more in its metadata is another model to the program
  const second = join(program.folder, 'second.onnx')
  writeFileSync(second, Buffer.concat([readFileSync(DEMO_MODEL), Buffer.from([0x72, 8, 0x0a, 1, 0x6b, 0x12, 3, 0x74, 0x77, 0x6f])]))
  await page.keyboard.press('Alt+Digit5')
  await choosePath(page, () => page.getByRole('button', { name: /Choose (a|another) model/ }).click(), second)
  await page.getByRole('button', { name: 'Use this model' }).click()
  await expect(page.getByRole('button', { name: 'In use' })).toBeVisible()
  await page.getByRole('button', { name: 'Run all' }).click()
  await protocol(page)
  const models = page.getByTestId('models')
  await expect(models).toContainText('second.onnx')
  await expect(models).toContainText(/To look at|Still wrong/, { timeout: 90_000 })
  await expect(models.getByRole('row').nth(1)).toContainText('1.00', { timeout: 90_000 })
  await models.scrollIntoViewIfNeeded()
  await shot('protocol-models')
  await models.getByTestId('look-at-pair').first().click()
  await expect(page.getByTestId('model-pair')).toHaveAttribute('data-state', 'ready')
  await shot('protocol-pair')
})
