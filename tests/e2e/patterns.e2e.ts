import { expect, test } from './fixtures/test.ts'
import { caseShown } from './fixtures/session.ts'

test('patterns across the demo: groups, their maps, clusters, the header alone', async ({ review, shot }) => {
  test.slow()
  const page = review
  await caseShown(page)
  await expect(page.getByRole('contentinfo')).toContainText('60 scored', { timeout: 60_000 })
  await page.keyboard.press('Alt+Digit2')

  await page.getByRole('tab', { name: 'Verdicts' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: 'Subgroups' })).toHaveAttribute('aria-selected', 'true')
  const groups = page.getByRole('tabpanel').getByRole('table').first()
  await expect(groups.getByRole('row')).not.toHaveCount(0)
  await expect(groups).toContainText('All')
  await shot('patterns-subgroups')
  await page.getByRole('button', { name: 'Show the table behind this picture' }).first().click()
  await expect(page.getByRole('tabpanel')).toContainText('Gap to the rest')

  await page.getByRole('tab', { name: 'Maps by group' }).click()
  await page.getByRole('button', { name: 'Compare the maps' }).click()
  await expect(page.getByRole('heading', { name: 'Difference of two groups' })).toBeVisible({ timeout: 60_000 })
  await shot('patterns-maps')

  await page.getByRole('tab', { name: 'Clusters' }).click()
  await page.getByRole('button', { name: 'Find clusters' }).click()
  await expect(page.getByRole('application', { name: /All cases on a plane/ })).toBeVisible({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Choose all' }).first().click()
  await expect(page.getByRole('tabpanel')).toContainText(/\d+ chosen/)
  await shot('patterns-clusters')
  await page.getByRole('button', { name: 'Flag all as wrong reason' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'flagged as right for the wrong reason' })).toBeVisible()
  await page.keyboard.press('Control+z')

  await page.getByRole('tab', { name: 'Header only' }).click()
  await page.getByRole('button', { name: 'Try the header alone' }).click()
  await expect(page.getByRole('tabpanel')).toContainText('The header alone', { timeout: 60_000 })
  await shot('patterns-headers')

  // what was worked out is there again after a reload
  await page.reload()
  await expect(page.getByRole('contentinfo')).toContainText('60 scored', { timeout: 60_000 })
  await page.keyboard.press('Alt+Digit2')
  await expect(page.getByRole('tabpanel')).toContainText('The header alone')
})
