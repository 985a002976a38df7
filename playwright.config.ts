import { defineConfig } from '@playwright/test'
import { browserLaunch } from './tests/e2e/fixtures/chromium.ts'

/**
 * End-to-end tests on the built program (`npm run e2e` builds it first): `*.e2e.ts` drives the browser shell in a real Chromium,
 * `*.desktop.ts` the desktop shell, and is skipped with its reason where Electron's program is not installed.
 */
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/e2e',
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [['list'], ['json']] : [['list']],
  projects: [
    {
      name: 'browser',
      testMatch: '*.e2e.ts',
      use: { viewport: { width: 1600, height: 900 }, colorScheme: 'dark', launchOptions: await browserLaunch(), screenshot: 'only-on-failure', trace: 'retain-on-failure' },
    },
    { name: 'desktop', testMatch: '*.desktop.ts' },
  ],
})
