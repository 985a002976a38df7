import { expect, test } from 'vitest'
import { parse } from 'csv-parse/sync'
import { tableCsv } from '../../../src-renderer/components/chart/figure.ts'

test('the table behind a picture comes out of its CSV as it went in, and never as a formula', () => {
  const csv = tableCsv({ columns: ['Group', 'n'], rows: [['North, "old" site', 3], ['=HYPERLINK("x")', null], ['line\nbreak', 0.25]] })
  expect(parse(csv)).toEqual([['Group', 'n'], ['North, "old" site', '3'], ['\'=HYPERLINK("x")', ''], ['line\nbreak', '0.25']])
})
