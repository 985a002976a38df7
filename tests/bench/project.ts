import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CASE_COLUMNS, NO_FILTER } from '../../src-main/contract/records.ts'
import type { Filter } from '../../src-main/contract/records.ts'
import { caseRows } from '../../src-main/project/case-rows.ts'
import { createProject, openProject } from '../../src-main/project/project.ts'
import type { Project } from '../../src-main/project/project.ts'
import { projectInfo } from '../../src-main/project/project-info.ts'
import { summarize } from '../../src-main/project/summary.ts'
import { distinctValues, orderedIds } from '../../src-main/project/worklist.ts'
import { setFlag } from '../../src-main/project/reviews.ts'
import { fill } from '../fixtures/projects/synthetic.ts'

const CASES = 100_000
const REPEATS = 5

interface Row { readonly what: string; readonly value: number; readonly unit: string; readonly goal?: number }

const FILTERS: Readonly<Record<string, Filter>> = {
  'text': { ...NO_FILTER, text: 'image-00050' },
  'text that occurs everywhere': { ...NO_FILTER, text: 'series' },
  'outcome': { ...NO_FILTER, conditions: [{ column: 'outcome', op: 'is', value: 'incorrect' }] },
  'verdict empty': { ...NO_FILTER, conditions: [{ column: 'verdict', op: 'empty', value: null }] },
  'group column': { ...NO_FILTER, conditions: [{ column: 'group:site', op: 'is', value: 'Harbour' }] },
  'sex and age': { ...NO_FILTER, conditions: [{ column: 'sex', op: 'is', value: 'F' }, { column: 'ageYears', op: 'more', value: 60 }] },
  'confidence': { ...NO_FILTER, conditions: [{ column: 'confidence', op: 'less', value: 0.6 }] },
}

/** Work list of a project of 100,000 scored and labelled cases. Every filter and sort is worked out anew; a time is the median of five. */
export async function bench(): Promise<{ name: string; rows: Row[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'right-reason-bench-'))
  const file = join(folder, 'large.rightreason')
  const rows: Row[] = []
  const time = (what: string, work: () => unknown, goal?: number) => {
    const times = Array.from({ length: REPEATS }, () => { const start = performance.now(); work(); return performance.now() - start })
    rows.push({ what, value: times.sort((a, b) => a - b)[REPEATS >> 1]!, unit: 'ms', ...(goal === undefined ? {} : { goal }) })
  }
  try {
    const made = createProject(file, { version: 'bench' })
    const start = performance.now()
    fill(made, CASES)
    rows.push({ what: `storing ${CASES} cases with labels, scores and a group column`, value: performance.now() - start, unit: 'ms' })
    made.close()
    rows.push({ what: 'size of the project file', value: statSync(file).size / 2 ** 20, unit: 'MiB' })

    let project: Project | null = null
    time('opening it, with its counts and the first page', () => {
      project?.close()
      project = openProject(file)
      projectInfo(project)
      page(project, NO_FILTER, null, 0)
    }, 1000)
    const open = project! as Project
    for (const [name, filter] of Object.entries(FILTERS)) time(`filter: ${name}, with a page`, () => { open.orders.clear(); page(open, filter, null, 0) }, 100)
    let slowest = { column: '', ms: 0 }
    for (const column of [...Object.keys(CASE_COLUMNS), 'group:site']) {
      open.orders.clear()
      const began = performance.now()
      page(open, NO_FILTER, column, 50_000)
      const ms = performance.now() - began
      if (ms > slowest.ms) slowest = { column, ms }
    }
    rows.push({ what: `slowest sort (${slowest.column}), with a page at 50,000`, value: slowest.ms, unit: 'ms' })
    time('page of 100 at 50,000 of a list known before', () => page(open, NO_FILTER, 'file', 50_000), 10)
    time('values of a column', () => distinctValues(open, 'institution', NO_FILTER))
    time('summary', () => summarize(open, NO_FILTER))
    let caseId = 1
    time('a flag, on disk', () => setFlag(open, caseId++, { verdict: 'unsure', reasons: [], note: '', region: null }, 'bench'))
    open.close()
    rows.push({ what: 'memory of the process then', value: process.memoryUsage().rss / 2 ** 20, unit: 'MiB', goal: 500 })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return { name: `Project of ${CASES.toLocaleString('en')} cases`, rows }
}

function page(project: Project, filter: Filter, column: string | null, offset: number) {
  const ids = orderedIds(project, filter, column === null ? null : { column, descending: false })
  return caseRows(project, ids.subarray(offset, offset + 100))
}
