import { describe, expect, it } from 'vitest'
import { withoutNames } from '../../../../src-main/export/report/nameless.ts'
import { reportHtml } from '../../../../src-main/export/report/report.ts'
import { methodsSentences } from '../../../../src-main/export/report/words.ts'
import { proportion } from '../../../../src-main/statistics/proportion.ts'
import { sampleFacts, sampleResults } from './sample-results.ts'

const EVIL = '</script><img src=x onerror="alert(1)">\' & \u202eevil\u0000'
const textOf = (page: string) => page.replace(/<style>[\s\S]*?<\/style>/, '').replace(/<[^>]*>/g, '').replace(/\s+/g, ' ')

it('the same review gives the same bytes, in one file that fetches nothing and runs nothing', () => {
  const page = reportHtml(sampleFacts({ examples: [{ png: Uint8Array.of(1, 2, 3), caption: 'Case 1', caveat: 'not a segmentation' }] }))
  expect(page).toBe(reportHtml(sampleFacts({ examples: [{ png: Uint8Array.of(1, 2, 3), caption: 'Case 1', caveat: 'not a segmentation' }] })))
  expect(page).not.toMatch(/<script|<link|<iframe|@import|url\(|javascript:| on\w+=/i)
  expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url)).toEqual(['data:image/png;base64,AQID'])
  expect(page).toContain("default-src 'none'; img-src data:; style-src 'unsafe-inline'")
})

it('has the protocol, rates with their intervals, κ, words and provenance', () => {
  const words = textOf(reportHtml(sampleFacts()))
  const { low, high } = proportion(12, 48)!
  for (const said of [
    '50 cases of 400, at random within strata of outcome, equally many from each, correct predictions included, seed 7', 'the prediction, the label and the map, until the reader had said', '12 of 48',
    `25.0 % (${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)})`, 'Laterality marker', "Cohen's κ 0.72 (0.62 to 0.82)", 'not defined: both say one thing only', 'm'.repeat(64), 'c'.repeat(64), '48 of the 50 cases of the sample have a verdict.', 'site', '(none)',
  ]) expect(words).toContain(said)
})

it('a plot has a mark and a bar for each rate, and its numbers as text', () => {
  const page = reportHtml(sampleFacts())
  const [plot] = /<svg[\s\S]*?<\/svg>/.exec(page)!
  expect(page.match(/<svg/g)).toHaveLength(3)
  expect(plot.match(/class="mark"/g)).toHaveLength(2)
  expect(plot).toContain('aria-label="Reasons of wrong-reason verdicts"')
})

describe('what people typed', () => {
  const results = sampleResults({ readers: [EVIL], notes: [EVIL], byReader: [{ reader: EVIL, row: sampleResults().overall, secondsPerCase: 3 }], tables: [{ column: 'label', title: EVIL, rows: [sampleResults().overall, { ...sampleResults().overall, value: EVIL }] }] })
  const facts = sampleFacts({ results: { ...results, plan: { ...results.plan, name: EVIL, madeBy: EVIL, strata: [{ name: EVIL, population: 1, sampled: 1 }, { name: 'b', population: 1, sampled: 1 }] } }, examples: [{ png: new Uint8Array(0), caption: EVIL, caveat: EVIL }], classes: [EVIL, EVIL], settings: { plain: true, noExamples: EVIL } })

  it('makes no tag and no attribute, wherever it stands', () => {
    const page = reportHtml(facts)
    expect(page).not.toMatch(/<img src=x/)
    expect(page).not.toMatch(/<\/script>/)
    // the only images are the report's own
    expect(page.match(/<img/g)).toHaveLength(1)
    expect(page).toContain('&lt;/script&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39; &amp; ')
    expect(page).not.toContain('\u0000')
  })

  it('is set apart where letters turn the direction of writing', () => {
    for (const [, around] of reportHtml(facts).matchAll(/(.{0,400})\u202e/g)) expect(around).toMatch(/<bdi>[^<]*$|="[^"]*$|<title>[^<]*$|<text[^>]*>[^<]*$/)
  })
})

it('does not tell by whom a filter was made up, unless plain identifiers are asked for', () => {
  const page = textOf(reportHtml(sampleFacts()))
  expect(page).not.toMatch(/PAT-SECRET|Mustermann/)
  expect(page).toContain("only those with: the text &#39;…&#39;; view one of PA, AP; patientId …")
  expect(textOf(reportHtml(sampleFacts({ settings: { plain: true, noExamples: '' } })))).toMatch(/Mustermann.*PAT-SECRET/)
})

it('readers become letters where names were not wanted', () => {
  const page = textOf(reportHtml(sampleFacts({ results: withoutNames(sampleResults()) })))
  expect(page).not.toMatch(/Ada|Ben Short/)
  expect(page).toContain('Reader A, first and Reader A, second')
})

describe('words for a methods section', () => {
  it('say what the plan was and what came out', () => {
    const words = methodsSentences(sampleFacts()).join(' ')
    expect(words).toContain('2 readers judged the cases independently in shuffled order; the prediction, the label and the map were hidden until the reader had answered what the image shows.')
    expect(words).toContain('5 cases were read a second time by each reader.')
    expect(words).toContain('Of 48 cases with a verdict, 12 (25.0 %; 95 % CI 14.9 % to 38.8 %) were right for the wrong reason, most often for laterality marker (9 of 48) and tube, line or device (4 of 48).')
    expect(words).toContain("Cohen's κ between the readers was 0.72 (0.62 to 0.82).")
  })

  it('leave out what there is not', () => {
    const results = sampleResults({ readers: ['A'], pairs: [], fleiss: null, selves: [], byReader: [], byReason: [], overall: { value: null, sample: null, population: null, amongCorrect: null } })
    const words = methodsSentences(sampleFacts({ results: { ...results, plan: { ...results.plan, hidden: [], secondLooks: 0, strata: [{ name: '', population: 400, sampled: 50 }], stratify: null } } })).join(' ')
    expect(words).toContain('One reader judged the cases in shuffled order, with prediction, label and map in sight.')
    expect(words).toContain('uniformly at random')
    expect(words).not.toMatch(/second time|Cohen's κ between|weighted|median time|were right for the wrong reason/)
  })
})

it('a plan that nobody has read by is said to be one', () => {
  const nothing = { value: null, sample: null, population: null, amongCorrect: null }
  const page = textOf(reportHtml(sampleFacts({ results: sampleResults({ overall: nothing, readers: [], read: 0, byVerdict: [], tables: [], byReason: [], byReader: [], pairs: [], fleiss: null, selves: [] }) })))
  expect(page).toContain('No case of this plan has a verdict yet.')
})
