import type { Plan, Results } from '../../contract/protocol.ts'
import { agreementSection } from './agreement.ts'
import type { ReportFacts } from './facts.ts'
import { Html, html, typed } from './html.ts'
import { limitsSection, methodsWords } from './words.ts'
import { percent, ofCount } from './numbers.ts'
import { protocolSection } from './protocol.ts'
import { provenanceSection } from './provenance.ts'
import { resultsSection } from './results.ts'
import { STYLE } from './style.ts'

/** What the review says, in one sentence each: the first thing that a reader of the report sees. */
function lead({ overall, plan, read }: Results): Html {
  if (!overall.sample) return html`<p class="lead warn">No case of this plan has a verdict yet.</p>`
  const { population, amongCorrect } = overall
  const low = population ?? overall.sample
  return html`<p class="lead">In ${percent(low.value)} of the population's cases (95 % interval ${percent(low.low)} to ${percent(low.high)}) the model was right for the wrong reason, judged on ${read} of the ${plan.size} sampled
cases.${amongCorrect ? html` Among its correct predictions: ${percent(amongCorrect.value)} (${percent(amongCorrect.low)} to ${percent(amongCorrect.high)}; ${ofCount(amongCorrect)} of the sample).` : ''}</p>`
}

function examplesSection({ examples, settings: { noExamples } }: ReportFacts): Html {
  if (examples.length === 0) return noExamples === '' ? html`` : html`<h2>Examples</h2><p>${noExamples}</p>`
  return html`<h2 class="pagebreak">Examples</h2>
<p>Cases of the sample that were found right for the wrong reason, in the plan's own order: not chosen, and not a measure of how often it happens. Colours span each map's own range.</p>
${examples.map(({ png, caption, caveat }) => html`<figure><img alt="${caption}" src="data:image/png;base64,${Buffer.from(png).toString('base64')}"><figcaption>${typed(caption)} <span class="dim">${typed(caveat)}</span></figcaption></figure>`)}`
}

/**
 * The whole report as one HTML file: nothing is fetched, no script runs, every text of a person is escaped and set apart. Without the time at which it was
 * made: the same review gives the same bytes.
 */
export function reportHtml(facts: ReportFacts): string {
  const { results, provenance } = facts
  const { plan }: { plan: Plan } = results
  const body = [
    html`<header><h1>Right for the wrong reason: ${typed(plan.name)}</h1><p class="dim">Project ${typed(provenance.project)} · model ${typed(plan.model?.name ?? 'none')} · RightReason ${provenance.version}</p></header>`,
    lead(results),
    protocolSection(facts),
    resultsSection(results),
    agreementSection(results),
    examplesSection(facts),
    facts.patterns,
    methodsWords(facts),
    limitsSection(results),
    provenanceSection(facts),
  ]
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="generator" content="RightReason ${provenance.version}">
<title>Right for the wrong reason: ${plan.name}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`.text
}
