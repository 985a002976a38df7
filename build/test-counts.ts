import { readFileSync } from 'node:fs'

export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly { readonly name: string; readonly why: string }[]
}

/** A reporter's JSON, or null where the program ended before it wrote one. */
export function readReport(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown
  } catch {
    return null
  }
}

interface VitestReport { readonly testResults: readonly { readonly name: string; readonly status: string; readonly assertionResults: readonly { readonly status: string; readonly fullName: string; readonly meta?: { readonly why?: string } }[] }[] }

/** A file that fails before its first test counts as one failure; so does a run that fails without saying where. */
export function vitestCounts(report: unknown, exitCode: number): Counts {
  const files = (report as VitestReport | null)?.testResults ?? []
  const tests = files.flatMap((file) => file.assertionResults)
  const brokenFiles = files.filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')).length
  const failed = tests.filter((test) => test.status === 'failed').length + brokenFiles
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: tests.filter((test) => !['passed', 'failed'].includes(test.status)).map((test) => ({ name: test.fullName, why: test.meta?.why ?? '' })),
  }
}

interface PlaywrightTest { readonly status: string; readonly projectName: string; readonly annotations: readonly { readonly type: string; readonly description?: string }[] }
interface PlaywrightSuite { readonly suites?: readonly PlaywrightSuite[]; readonly specs?: readonly { readonly title: string; readonly tests: readonly PlaywrightTest[] }[] }

/** A test that passed only at its second try counts as failed: it cannot be relied on. */
export function playwrightCounts(report: unknown, exitCode: number): Counts {
  const tests = specs(report as PlaywrightSuite | null)
  const failed = tests.filter(({ status }) => status === 'unexpected' || status === 'flaky').length
  return {
    passed: tests.filter(({ status }) => status === 'expected').length,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: tests.filter(({ status }) => status === 'skipped').map(({ title, projectName, annotations }) => ({
      name: `${projectName}: ${title}`,
      why: annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description ?? '',
    })),
  }
}

function specs(suite: PlaywrightSuite | null): (PlaywrightTest & { title: string })[] {
  if (suite === null) return []
  const own = (suite.specs ?? []).flatMap(({ title, tests }) => tests.map((test) => ({ ...test, title })))
  return [...own, ...(suite.suites ?? []).flatMap(specs)]
}

export function total(all: readonly Counts[]): Counts {
  return {
    passed: all.reduce((sum, { passed }) => sum + passed, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
    skipped: all.flatMap(({ skipped }) => skipped),
  }
}
