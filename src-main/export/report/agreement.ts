import type { AgreementPair, Results } from '../../contract/protocol.ts'
import { VERDICTS } from '../../contract/records.ts'
import { html, typed, type Html } from './html.ts'
import { interval, kappaText, ofCount } from './numbers.ts'

const VERDICT_HEADS = { 'right-reason': 'right reason', 'wrong-reason': 'wrong reason', 'wrong': 'wrong', 'unsure': 'unsure' } as const

function pairTable({ a, b, counts, kappa }: AgreementPair): Html {
  return html`<h3>${typed(a)} and ${typed(b)}</h3>
<p>Cohen's κ ${kappaText(kappa)}; agreement ${kappa.agreement ? `${ofCount(kappa.agreement)}, ${interval(kappa.agreement)}` : 'on no common case'}.</p>
<table><thead><tr><th>${typed(a)} \\ ${typed(b)}</th>${VERDICTS.map((verdict) => html`<th class="n">${VERDICT_HEADS[verdict]}</th>`)}</tr></thead><tbody>
${VERDICTS.map((verdict, at) => html`<tr><td>${VERDICT_HEADS[verdict]}</td>${VERDICTS.map((_, other) => html`<td class="n">${counts[at]?.[other] ?? 0}</td>`)}</tr>`)}</tbody></table>`
}

/** How far readers agree with one another and with themselves; κ with 95 % intervals. */
export function agreementSection({ pairs, fleiss, selves, readers }: Results): Html {
  if (readers.length < 2 && selves.length === 0) return html`<h2>Agreement</h2><p>One reader and no second look: nothing tells how far another reader, or the same one another day, would agree.</p>`
  return html`<h2>Agreement</h2>
${fleiss ? html`<p>Fleiss' κ of ${fleiss.readers} readers on ${fleiss.cases} cases: ${kappaText(fleiss)}${fleiss.agreement ? `; all agree on ${ofCount(fleiss.agreement)}` : ''}.</p>` : ''}
${pairs.map(pairTable)}
${selves.length > 0 ? html`<h3>Readers with themselves</h3>${selves.map(pairTable)}` : ''}`
}
