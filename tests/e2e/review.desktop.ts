import { test, whyNoDesktop } from './fixtures/desktop.ts'
import { wholeSession } from './fixtures/session.ts'

test.skip(whyNoDesktop !== null, whyNoDesktop ?? '')

test('a session in the desktop window: own data, ten cases by keyboard, restart, export', async ({ review, desktop }, info) => {
  let page = review
  await wholeSession(review, {
    async choosePath(press, path) {
      await desktop.answerDialog(path)
      await press()
    },
    async restart() {
      page = await desktop.restart()
      return page
    },
    async shot(name) {
      await page.screenshot({ path: info.outputPath(`${name}.png`) })
    },
  }, desktop.folder)
})
