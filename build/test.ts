import { mkdirSync, rmSync } from 'node:fs'
import { at, run } from './programs.ts'
import { playwrightCounts, readReport, total, vitestCounts, type Counts } from './test-counts.ts'

const REPORTS = at('test-results')
const UNIT = `${REPORTS}/unit.json`
const E2E = `${REPORTS}/e2e.json`

/** A step without tests of its own: only its failure counts. */
const step = async (code: Promise<number>): Promise<Counts> => ({ passed: 0, failed: (await code) === 0 ? 0 : 1, skipped: [] })

/** `npm test`: types, lint with the walls, unit tests, build, end-to-end tests. All of them run; one combined line at the end. */
async function test(): Promise<Counts> {
  rmSync(REPORTS, { recursive: true, force: true })
  mkdirSync(REPORTS, { recursive: true })
  const types = [step(run('tsc', ['-p', 'tsconfig.main.json', '--noEmit', '--composite', 'false'])), step(run('vue-tsc', ['-p', 'tsconfig.renderer.json', '--noEmit', '--composite', 'false']))]
  const results = await Promise.all(types)
  results.push(await step(run('eslint', ['.'])))
  const unitCode = await run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${UNIT}`])
  results.push(vitestCounts(readReport(UNIT), unitCode))
  const build = await step(run('electron-vite', ['build', '--logLevel', 'warn']))
  results.push(build)
  if (build.failed === 0) {
    const e2eCode = await run('playwright', ['test'], { env: { PLAYWRIGHT_JSON_OUTPUT_FILE: E2E } })
    results.push(playwrightCounts(readReport(E2E), e2eCode))
  }
  return total(results)
}

const counts = await test()
for (const { name, why } of counts.skipped) console.log(`skipped: ${name}${why ? ` (${why})` : ''}`)
console.log(`${counts.passed} passed, ${counts.failed} failed`)
process.exitCode = counts.failed === 0 ? 0 : 1
