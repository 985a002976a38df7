import { caseShown } from './fixtures/session.ts'
import { expect, test } from './fixtures/test.ts'

test('the page loads without an error and without a breach of its policy', async ({ review, program, faults, shot }) => {
  await expect(review).toHaveTitle(/RightReason/)
  await caseShown(review)
  const resources = await review.evaluate(() => performance.getEntriesByType('resource').map((entry) => new URL(entry.name).host))
  expect(new Set(resources.filter((host) => host !== ''))).toEqual(new Set([new URL(review.url()).host]))
  await shot('smoke')
  expect(faults).toEqual([])
  expect(program.errors).toBe('')
  expect(await program.stop()).toBe(0)
  // from here on the page looks in vain for the program
  faults.length = 0
})

test('the address works once, and the words say what to do', async ({ page, program }) => {
  const address = await program.start()
  expect((await page.request.get(address)).status()).toBe(200)
  const again = await page.goto(address)
  expect(again?.status()).toBe(401)
  await expect(page.locator('body')).toContainText('This address was used already')
})
