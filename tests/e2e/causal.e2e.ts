import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { caseShown } from './fixtures/session.ts'
import { expect, test } from './fixtures/test.ts'

/** A look asks the model some hundred times a case, and what images of the project are like has to be known first. */
const LOOK = { timeout: 240_000 }
const evidence = (page: Page) => page.getByTestId('evidence-section')

/** JSON of the case that was flagged, through the dialog. */
async function exportFlagged(page: Page, out: string): Promise<{ cases: { evidence: { suspicion: number | null; terms: unknown[]; zones: { name: string; outline: unknown[] }[]; checks: { operation: string; verdict: string; deltaLogit: number }[] } }[] }> {
  await page.keyboard.press('Control+e')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: /^JSON/ }).check()
  await dialog.getByRole('radio', { name: /Flagged/ }).check()
  await dialog.getByRole('textbox', { name: 'File' }).fill(out)
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(dialog.getByRole('status')).toContainText('Written')
  await page.keyboard.press('Escape')
  return JSON.parse(readFileSync(out, 'utf8'))
}

test('see, prove, flag, export: the demo by keyboard', async ({ review, program, shot }) => {
  test.setTimeout(900_000)
  await caseShown(review)
  await expect(evidence(review)).toHaveAttribute('data-state', 'ready', LOOK)
  await expect(review.getByTestId('not-looked-at')).toBeVisible()

  // see: a look at the case, and its zones on both panes
  await review.keyboard.press('Shift+K')
  await expect(review.getByTestId('suspicion-value')).toHaveText(/^[01]\.\d\d$/, LOOK)
  await expect(review.getByTestId('term').first()).toBeVisible()
  await review.keyboard.press('Shift+Z')
  await expect(review.getByTestId('zones-original')).toBeVisible()
  await expect(review.getByTestId('zones-overlay')).toBeVisible()
  await review.keyboard.press('Shift+X')
  await expect(review.locator('[data-testid^=legend-][aria-pressed=true]')).toHaveCount(1)
  await shot('causal-zones')
  await review.keyboard.press('Escape')

  // prove: a region of the keyboard's, erased
  await review.keyboard.press('Shift+G')
  await expect(review.getByTestId('check-target')).toContainText('region')
  await review.keyboard.press('k')
  await expect(review.getByTestId('check-result')).toHaveAttribute('data-verdict', /^(supported|not-supported|undecided)$/, LOOK)
  await expect(review.getByTestId('score-before')).toHaveText(/%/)
  await expect(review.getByTestId('delta')).toHaveText(/\d/)
  await expect(review.getByTestId('check-pictures')).toHaveAttribute('data-state', 'ready', LOOK)
  await shot('causal-check')

  // flag: reasons are the reader's, whatever the check says
  await review.keyboard.press('Shift+2')
  await review.keyboard.press('Shift+Q')
  await expect(review.getByTestId('flag-given')).toBeVisible()

  const { cases } = await exportFlagged(review, join(program.folder, 'evidence.json'))
  expect(cases).toHaveLength(1)
  const [{ evidence: kept }] = cases
  expect(kept.suspicion).toBeGreaterThanOrEqual(0)
  expect(kept.zones.map(({ name }) => name)).toEqual(expect.arrayContaining(['markers', 'lungs', 'border']))
  expect(kept.checks).toHaveLength(1)
  expect(kept.checks[0].operation).toBe('erase')
})

test('suspects of a filtered list stand first', async ({ review, shot }) => {
  test.setTimeout(900_000)
  await caseShown(review)
  // the first file's name without its last digit: ten cases or so
  const first = await review.getByTestId('case-panel').getByRole('heading').first().innerText()
  await review.getByRole('textbox', { name: 'Search the work list' }).fill(first.replace(/\d\.dcm$/, ''))
  await expect(review.getByTestId('case-place')).toHaveText(/of \d\d?$/)
  await review.getByTestId('find-suspects').click()
  await review.getByTestId('suspects-list').click()
  await review.getByTestId('suspects-run').click()
  await expect(review.getByTestId('suspect-report')).toBeVisible(LOOK)
  await expect(review.getByTestId('accused')).toHaveText(/\d+ of \d+ cases are accused/)
  await shot('causal-suspects')
  await review.getByTestId('order-suspects').click()
  await expect(review.getByRole('columnheader', { name: 'Suspicion' })).toHaveAttribute('aria-sort', 'descending')
  await expect(review.getByTestId('suspicion')).toBeVisible()
})
