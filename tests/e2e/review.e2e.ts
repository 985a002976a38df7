import type { Page } from '@playwright/test'
import { expect, enter, test } from './fixtures/test.ts'
import { caseShown, wholeSession, type Shell } from './fixtures/session.ts'
import type { Program } from './fixtures/program.ts'

/** Not a fault: looking in vain for the program that had ended, and an image made ready for a project that was closed meanwhile. */
const EXPECTED = /ERR_CONNECTION_REFUSED|404 \(Not Found\) \S+\/bytes\/image\//

/** In the browser shell a path is typed into the program's own dialog. */
function browserShell(page: Page, program: Program, faults: string[], shot: Shell['shot']): Shell {
  return {
    async choosePath(press, path) {
      await press()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('textbox').fill(path)
      await dialog.getByRole('textbox').press('Enter')
      await expect(dialog).toHaveCount(0)
    },
    async restart() {
      await enter(page, await program.restart())
      expect(faults.splice(0).filter((fault) => !EXPECTED.test(fault))).toEqual([])
      return page
    },
    shot,
  }
}

test('the first start opens the demo, scored and explained', async ({ review, shot }) => {
  await caseShown(review)
  await expect(review.getByTestId('case-place')).toHaveText('1 of 60')
  await expect(review.getByTestId('caption')).toContainText('not a segmentation')
  await expect(review.getByTestId('range-high')).toHaveText(/\d/)
  await shot('demo')
})

test('a session: own data, ten cases by keyboard, restart, export', async ({ review, program, faults, shot }) => {
  await wholeSession(review, browserShell(review, program, faults, shot), program.folder)
})
