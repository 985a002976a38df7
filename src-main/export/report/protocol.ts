import type { Hidden, Plan } from '../../contract/protocol.ts'
import type { ReportFacts } from './facts.ts'
import { filterWords } from './filter-words.ts'
import { html, typed, type Html } from './html.ts'
import { cases, list, percent } from './numbers.ts'

const HIDDEN_WORDS: Readonly<Record<Hidden, string>> = { prediction: 'the prediction', label: 'the label', map: 'the map' }
export const hiddenWords = (hidden: readonly Hidden[]): string => list(hidden.map((what) => HIDDEN_WORDS[what]))

/** How the sample was drawn, in a phrase. */
export function drawWords({ stratify, size, population, seed }: Plan): string {
  const how = stratify === null ? 'uniformly at random' : `at random within strata of ${stratify.column.replace(/^group:/, '')}${stratify.edges.length > 0 ? ` (cut at ${stratify.edges.join(', ')})` : ''}, ${stratify.allocation === 'equal' ? 'equally many from each' : 'in proportion to their size'}`
  return `${cases(size)} of ${population.toLocaleString('en')}, ${how}, correct predictions included, seed ${seed}`
}

export function protocolSection({ results, classes, settings: { plain } }: ReportFacts): Html {
  const { plan, readers } = results
  const filter = filterWords(plan.filter, classes, plain)
  return html`<h2>Protocol</h2>
<dl>
<dt>Population</dt><dd>${cases(plan.population)}: the readable ones of the project${filter.length > 0 ? html`, only those with: ${typed(filter.join('; '))}` : ''}</dd>
<dt>Sample</dt><dd>${drawWords(plan)}; shown in shuffled order</dd>
<dt>Hidden at first</dt><dd>${plan.hidden.length === 0 ? 'nothing: readers saw prediction, label and map from the beginning' : `${hiddenWords(plan.hidden)}, until the reader had said what the image shows; the order of seeing is on record`}</dd>
<dt>Second look</dt><dd>${plan.secondLooks === 0 ? 'none' : `${cases(plan.secondLooks)} (${percent(plan.secondLook)} of the sample), read once more by each reader after the first pass`}</dd>
<dt>Readers</dt><dd>${readers.length === 0 ? 'none yet' : html`${readers.length}: ${readers.map((reader, at) => html`${at > 0 ? ', ' : ''}${typed(reader)}`)}`}</dd>
<dt>Verdict of a case</dt><dd>${results.reader === null ? 'the adjudication, else what more than half of its readers said; else the case is open' : html`what ${typed(results.reader)} said`}</dd>
<dt>Model</dt><dd>${typed(plan.model?.name ?? 'none when it was planned')}</dd>
<dt>Planned</dt><dd>${plan.madeAt.slice(0, 10)}${plan.madeBy === '' ? '' : html` by ${typed(plan.madeBy)}`}</dd>
<dt>Fingerprint of the plan</dt><dd class="mono">${plan.uid}</dd>
</dl>
${plan.strata.length < 2 ? '' : html`<table><thead><tr><th>Stratum</th><th class="n">Population</th><th class="n">Sample</th></tr></thead><tbody>
${plan.strata.map(({ name, population, sampled }) => html`<tr><td>${typed(name)}</td><td class="n">${population.toLocaleString('en')}</td><td class="n">${sampled.toLocaleString('en')}</td></tr>`)}</tbody></table>`}`
}
