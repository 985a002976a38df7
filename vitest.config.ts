import { defineConfig } from 'vitest/config'
import vue from '@vitejs/plugin-vue'

/** Unit tests. End-to-end tests are Playwright's (tests/e2e), benchmarks run by `npm run bench`. */
export default defineConfig({
  plugins: [vue()],
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/e2e/**', 'tests/bench/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    // starting the compute process, on a machine that does other things as well
    hookTimeout: 60_000,
    reporters: ['default'],
  },
})
