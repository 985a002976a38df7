import type { ReportFacts } from './facts.ts'
import { html, typed, type Html } from './html.ts'

/** Hashes and versions by which everything can be found again. */
export function provenanceSection({ results: { plan }, provenance, settings: { plain } }: ReportFacts): Html {
  const { model } = provenance
  const isSame = model !== null && plan.model?.sha256 === model.sha256 && plan.model.profileSha256 === model.profileSha256
  const rows: readonly (readonly [string, Html | string])[] = [
    ['Program', `RightReason ${provenance.version}`],
    ['Project', typed(provenance.project)],
    ['Plan', plan.uid],
    ...(plan.model ? [['Model', typed(plan.model.name)], ['Model, SHA-256', plan.model.sha256], ['Profile, SHA-256', plan.model.profileSha256]] as const : []),
    ...(model && !isSame ? [['In use now', typed(`${model.file}, SHA-256 ${model.sha256}`)]] as const : []),
    ...(model && isSame ? [['Classes', typed(model.classes.join(', '))], ['Default layer', typed(model.defaultLayer ?? 'none')], ['Preprocessing', typed(`${model.profile.input.width}×${model.profile.input.height}${model.profile.assumed ? ', assumed: no profile came with the model' : ''}`)]] as const : []),
    ['Identifiers', plain ? 'as in the project' : 'patients are not named; filters stand without identifying values'],
  ]
  return html`<h2>Provenance</h2><dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd class="mono">${value}</dd>`)}</dl>`
}
