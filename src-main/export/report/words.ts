import type { Results } from '../../contract/protocol.ts'
import { REASONS } from '../../contract/records.ts'
import type { ReportFacts } from './facts.ts'
import { filterWords } from './filter-words.ts'
import { html, typed, type Html } from './html.ts'
import { cases, kappaText, list, ofCount, percent } from './numbers.ts'
import { drawWords, hiddenWords } from './protocol.ts'

const reasons = (one: Results) => one.byReason.slice(0, 3).map(({ reason, sample }) => `${REASONS[reason].toLowerCase()} (${ofCount(sample)})`)

/** Sentences for a paper's methods section, each from a fact of the plan or its results. What is not known is not said. */
export function methodsSentences({ results, classes, provenance, settings: { plain } }: ReportFacts): string[] {
  const { plan, readers, overall, fleiss, pairs, selves, reader } = results
  const filter = filterWords(plan.filter, classes, plain)
  const seconds = results.byReader.flatMap(({ secondsPerCase }) => secondsPerCase ?? [])
  const sentence = (when: boolean, words: () => string): string[] => when ? [words()] : []
  return [
    `A review of the classifier's predictions and attribution maps was planned before reading in RightReason ${provenance.version}. From ${cases(plan.population)}${filter.length > 0 ? ` (only those with: ${filter.join('; ')})` : ''} a sample was drawn: ${drawWords(plan)}.`,
    ...sentence(plan.model !== null, () => `The model '${plan.model!.name}' is identified by the SHA-256 of its file (${plan.model!.sha256.slice(0, 12)}…) and of its preprocessing profile (${plan.model!.profileSha256.slice(0, 12)}…).`),
    ...sentence(readers.length > 0, () => `${readers.length === 1 ? 'One reader' : `${readers.length} readers`} judged the cases${readers.length > 1 ? ' independently' : ''} in shuffled order${plan.hidden.length > 0 ? `; ${hiddenWords(plan.hidden)} ${plan.hidden.length === 1 ? 'was' : 'were'} hidden until the reader had answered what the image shows` : ', with prediction, label and map in sight'}.`),
    'Each case was judged right for the right reason, right for the wrong reason, wrong, or unsure; for a wrong reason, reason codes were given.',
    ...sentence(plan.secondLooks > 0, () => `${cases(plan.secondLooks)} were read a second time by each reader.`),
    ...sentence(reader === null && readers.length > 1, () => 'The verdict of a case was that of an adjudication, else of the majority of its readers.'),
    ...sentence(seconds.length > 0, () => `The readers' median time per case was ${list(seconds.map((one) => `${one.toFixed(0)} s`))}.`),
    `Proportions are given with Wilson's 95 % confidence intervals${plan.strata.length > 1 ? ', and for the population weighted back by strata' : ''}; agreement as ${pairs.length > 0 ? `Cohen's κ${fleiss && fleiss.readers > 2 ? ' and Fleiss\' κ' : ''}` : 'κ'} with 95 % confidence intervals.`,
    ...sentence(overall.sample !== null, () => `Of ${cases(overall.sample!.of)} with a verdict, ${overall.sample!.count} (${percent(overall.sample!.value)}; 95 % CI ${percent(overall.sample!.low)} to ${percent(overall.sample!.high)}) were right for the wrong reason${results.byReason.length > 0 ? `, most often for ${list(reasons(results))}` : ''}.`),
    ...sentence(pairs.length === 1, () => `Cohen's κ between the readers was ${kappaText(pairs[0]!.kappa)}.`),
    ...sentence(fleiss !== null && fleiss.readers > 2, () => `Fleiss' κ was ${kappaText(fleiss!)}.`),
    ...sentence(selves.length > 0, () => `Agreement of readers with themselves: κ ${list(selves.map(({ kappa }) => kappaText(kappa)))}.`),
  ]
}

export function methodsWords(facts: ReportFacts): Html {
  return html`<h2>Words for a methods section</h2>
<p class="dim">Made from the plan and its results alone. Add what the program cannot know: who the readers are, how the labels came about, ethics.</p>
<blockquote><p>${methodsSentences(facts).map((sentence, at) => html`${at > 0 ? ' ' : ''}${typed(sentence)}`)}</p></blockquote>`
}

const ALWAYS = [
  'A map shows where a score comes from by one method; it is not a segmentation and does not prove a cause. Methods disagree, and a map can look right while the model uses something else.',
  'A verdict is a reader\'s judgement of a picture. Shortcuts that a map cannot show, as a tint of the whole image, go unseen.',
  'Intervals tell how much chance is in a sample of this size; they know nothing of wrong labels, of readers who err together, or of patients unlike these.',
]

/** What the numbers do not say: what is particular to this review first, then what holds of each. */
export function limitsSection({ notes }: Results): Html {
  return html`<h2>Limits</h2><ul>${[...notes, ...ALWAYS].map((note) => html`<li>${typed(note)}</li>`)}</ul>`
}
