import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { expect, enter, test } from './fixtures/test.ts'
import { caseShown, exportFlagged, openOwnData, reviewTenCases, undoAndRedo, type Files, type Shell } from './fixtures/session.ts'
import type { Program } from './fixtures/program.ts'

const DEMO = fileURLToPath(new URL('../../resources/demo/', import.meta.url))

/** The demo's studies, model and labels as a user's own files, with things in between that are no studies. */
function ownFiles(folder: string): Files {
  const studies = join(folder, 'own', 'studies')
  mkdirSync(join(studies, 'more'), { recursive: true })
  cpSync(join(DEMO, 'studies'), studies, { recursive: true })
  writeFileSync(join(studies, 'more', 'notes.txt'), 'read these first\n')
  writeFileSync(join(studies, 'more', 'not-a-scan.dcm'), Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), Buffer.alloc(6, 0xff)]))
  for (const name of ['demo-cnn.onnx', 'labels.csv']) cpSync(join(DEMO, name), join(folder, 'own', name))
  return { studies, model: join(folder, 'own', 'demo-cnn.onnx'), labels: join(folder, 'own', 'labels.csv'), project: join(folder, 'own', 'mine.rightreason'), out: join(folder, 'own', 'flagged.csv') }
}

/** In the browser shell a path is typed into the program's own dialog. */
function browserShell(page: Page, program: Program, shot: Shell['shot']): Shell {
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

test('a session: own data, ten cases by keyboard, restart, export', async ({ review, program, shot }) => {
  await caseShown(review)
  const files = ownFiles(program.folder)
  const shell = browserShell(review, program, shot)
  await openOwnData(review, shell, files)
  const decided = await reviewTenCases(review, shell)
  await undoAndRedo(review)

  const page = await shell.restart()
  await caseShown(page)
  await expect(page.getByTestId('case-place')).toHaveText(/^10 of 61/)
  const rows = await exportFlagged(page, files.out, shell)
  expect(rows.map(({ file, verdict, reasons }) => ({ file, verdict, reasons }))).toEqual(decided)
  expect(Object.keys(rows[0])).not.toContain('patientName')
})
