import type { RateRow, RateTable, Results } from '../../contract/protocol.ts'
import { REASONS, type Outcome, type Verdict } from '../../contract/records.ts'
import { forestPlot, type ForestRow } from './forest-plot.ts'
import { html, typed, type Html } from './html.ts'
import { ofCount, rate } from './numbers.ts'

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = { 'right-reason': 'Right for the right reason', 'wrong-reason': 'Right for the wrong reason', 'wrong': 'Wrong', 'unsure': 'Unsure' }
const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = { 'correct': 'Correct', 'incorrect': 'Incorrect', 'unlabelled': 'No label', 'not-run': 'Not run' }
/** a table longer than this may be divided between pages */
const LONG = 25

const valueWords = (column: string, value: string | null): string => value === null ? '(none)' : column === 'outcome' ? OUTCOME_WORDS[value as Outcome] ?? value : value

const HEAD = html`<thead><tr><th></th><th class="n">Of the sample</th><th class="n">Rate, 95 %</th><th class="n">In the population, 95 %</th><th class="n">Among correct, 95 %</th></tr></thead>`

function row(name: Html | string, { sample, population, amongCorrect }: RateRow, isTotal = false): Html {
  return html`<tr class="${isTotal ? 'total' : ''}"><td>${name}</td><td class="n">${ofCount(sample)}</td><td class="n">${rate(sample)}</td><td class="n">${rate(population)}${population && population.uncovered > 0 ? '*' : ''}</td><td class="n">${rate(amongCorrect)}</td></tr>`
}

function tableSection({ column, title, rows }: RateTable, overall: RateRow): Html {
  const drawn = rows.flatMap(({ value, sample }): ForestRow[] => sample ? [{ name: valueWords(column, value), rate: sample, of: sample.of }] : [])
  const total: ForestRow[] = overall.sample ? [{ name: 'All', rate: overall.sample, of: overall.sample.of, isTotal: true }] : []
  return html`<div class="block"><h3>By ${typed(title.toLowerCase())}</h3>
<table class="${rows.length > LONG ? 'long' : ''}">${HEAD}<tbody>${rows.map((one) => row(typed(valueWords(column, one.value)), one))}${row('All', overall, true)}</tbody></table>
${drawn.length > 1 ? forestPlot(`Right for the wrong reason by ${title}`, [...drawn, ...total]) : ''}</div>`
}

/** Rates of right-for-the-wrong-reason, overall and broken down, each with its interval. */
export function resultsSection(results: Results): Html {
  const { overall, byVerdict, byReason, byReader, tables, plan, outcomes, read } = results
  const uncovered = overall.population?.uncovered ?? 0
  return html`<h2>Results</h2>
<p>Rates are of the verdict 'right for the wrong reason' among cases with a verdict, with Wilson's 95 % intervals; in the population ${plan.strata.length > 1 ? 'weighted back by strata' : 'as in the sample'}. ${read} cases of the sample
have a verdict. Outcomes of the sample: ${Object.entries(outcomes).filter(([, count]) => count > 0).map(([outcome, count]) => `${OUTCOME_WORDS[outcome as Outcome].toLowerCase()} ${count}`).join(', ')}.</p>
<table>${HEAD}<tbody>${row('All', overall, true)}</tbody></table>
${uncovered > 0 ? html`<p class="dim">* says nothing of strata with ${uncovered} cases of the population, in which nothing was read yet.</p>` : ''}
<h3>By verdict</h3>
<table><thead><tr><th>Verdict</th><th class="n">Cases</th><th class="n">Share, 95 %</th></tr></thead><tbody>
${byVerdict.map(({ verdict, sample }) => html`<tr><td>${VERDICT_WORDS[verdict]}</td><td class="n">${ofCount(sample)}</td><td class="n">${rate(sample)}</td></tr>`)}</tbody></table>
${byReason.length === 0 ? '' : html`<div class="block"><h3>By reason</h3>
<p class="dim">Share of the read cases with this reason for a wrong-reason verdict; a case may have several.</p>
<table><thead><tr><th>Reason</th><th class="n">Cases</th><th class="n">Share, 95 %</th></tr></thead><tbody>
${byReason.map(({ reason, sample }) => html`<tr><td>${REASONS[reason]}</td><td class="n">${ofCount(sample)}</td><td class="n">${rate(sample)}</td></tr>`)}</tbody></table>
${forestPlot('Reasons of wrong-reason verdicts', byReason.map(({ reason, sample }) => ({ name: REASONS[reason], rate: sample, of: sample.of })))}</div>`}
${tables.map((table) => tableSection(table, overall))}
${byReader.length === 0 ? '' : html`<h3>By reader</h3>
<table><thead><tr><th>Reader</th><th class="n">Of the sample</th><th class="n">Rate, 95 %</th><th class="n">Among correct, 95 %</th><th class="n">Median time per case</th></tr></thead><tbody>
${byReader.map(({ reader, row: { sample, amongCorrect }, secondsPerCase }) => html`<tr><td>${typed(reader)}</td><td class="n">${ofCount(sample)}</td><td class="n">${rate(sample)}</td><td class="n">${rate(amongCorrect)}</td><td class="n">${secondsPerCase === null ? '–' : `${secondsPerCase.toFixed(0)} s`}</td></tr>`)}</tbody></table>`}`
}
