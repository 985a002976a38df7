import { expect, test, whyNoDesktop } from './fixtures/desktop.ts'

test.skip(whyNoDesktop !== null, whyNoDesktop ?? '')

test('the desktop window loads from its own scheme, without Node in the page', async ({ review }) => {
  await expect(review).toHaveTitle(/RightReason/)
  expect(review.url()).toBe('app://right-reason/')
  expect(await review.evaluate(() => ['process', 'require', 'module'].filter((name) => name in globalThis))).toEqual([])
})
