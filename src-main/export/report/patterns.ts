import { EXPOSURE_STATISTICS, type ClustersReport, type ExposureReport, type GridMap, type GroupName, type HeadersReport, type MapsReport, type SubgroupTable } from '../../contract/patterns.ts'
import { exposureOption } from '../../display/charts/exposure.ts'
import { hasImportance, importanceOption } from '../../display/charts/headers.ts'
import { calibrated, calibrationOption, forestHeight, forestOption, withAuroc } from '../../display/charts/subgroups.ts'
import { chartDrawer, type DrawChart } from './chart-svg.ts'
import { isIdentifying } from './filter-words.ts'
import { html, typed, type Html } from './html.ts'
import { areaText, cases, pText, percent } from './numbers.ts'
import { dotOf, mapFigure, planeFigure, type PlanePoints } from './pattern-drawings.ts'

/** A report that the project keeps, with the day on which it was worked out. */
interface Kept<R> { readonly report: R; readonly computedAt: string }
/** What is there of the patterns across the whole set; null: not worked out. */
export interface PatternFacts {
  readonly subgroups: Kept<SubgroupTable> | null
  readonly maps: Kept<MapsReport> | null
  readonly clusters: (Kept<Omit<ClustersReport, 'id' | 'url'>> & { readonly points: PlanePoints | null }) | null
  readonly headers: Kept<HeadersReport> | null
  readonly exposure: Kept<ExposureReport> | null
}

interface Drawing { readonly draw: DrawChart; readonly plain: boolean }

const greatest = (maps: readonly GridMap[]) => Math.max(1e-12, ...maps.flatMap(({ values }) => values.map((value) => Math.abs(value ?? 0))))
const made = ({ computedAt }: { readonly computedAt: string }) => html`<span class="dim">Worked out on ${computedAt.slice(0, 10)}.</span>`

/** Groups of what may tell who somebody is, as an institution, have numbers for names unless plain identifiers are asked for. */
function named<G extends GroupName>(groups: readonly G[], plain: boolean): G[] {
  return groups.map((group, at) => plain || !group.parts.some(({ column }) => isIdentifying(column)) ? group : { ...group, name: `Group ${at + 1}` })
}

function subgroupsSection({ report, computedAt }: Kept<SubgroupTable>, { draw, plain }: Drawing): Html {
  const table = { ...report, groups: named(report.groups, plain) }
  const drawn = withAuroc(table)
  return html`<div class="block"><h3>Performance by subgroup</h3>
<p>AUROC of '${typed(table.positive.name)}' with 95 % intervals; dashed: all cases. A group ${table.gap} or more below all other cases is marked; groups of fewer than ${table.minimum} are listed and not compared. ${made({ computedAt })}</p>
<table><thead><tr><th>Group</th><th class="n">Cases</th><th class="n">AUROC, 95 %</th><th class="n">Gap to the rest, 95 %</th></tr></thead><tbody>
${[table.overall, ...table.groups].map((group, at) => html`<tr class="${at === 0 ? 'total' : ''}"><td>${at === 0 ? 'All' : typed(group.name)}</td><td class="n">${group.n.toLocaleString('en')}</td><td class="n">${areaText(group.auroc)}</td><td class="n">${areaText(group.gap?.difference ?? null)}${group.gap?.isMarked && !group.isBelowMinimum ? ' *' : ''}</td></tr>`)}</tbody></table>
${table.groups.some(({ gap, isBelowMinimum }) => gap?.isMarked && !isBelowMinimum) ? html`<p class="dim">* lower by ${table.gap} or more, whether beyond chance or not: its interval says.</p>` : ''}
${drawn.length > 0 ? draw((colours) => forestOption(table, colours), forestHeight(drawn.length), 'AUROC of each group with its interval') : ''}
${calibrated(table).length > 0 ? draw((colours) => calibrationOption(table, colours), 300, 'Rate of positives over the mean score, by group') : ''}
<p class="dim">A gap can come from the groups' cases, their disease or their labels as well as from the model.</p></div>`
}

function mapsSection({ report, computedAt }: Kept<MapsReport>, { plain }: Drawing): Html {
  const { overall, aspect, signed, moved, unit, differences } = report
  const groups = named(report.groups, plain)
  const limit = greatest([overall, ...groups.map(({ mean }) => mean)])
  const nameOf = (key: string) => groups.find((group) => group.key === key)?.name ?? key
  const verdict = ({ isMarked, isSignificant }: MapsReport['differences'][number]) => isMarked ? `differ: surely ${percent(moved)} of a map's mass or more lie elsewhere` : isSignificant ? 'differ beyond chance, perhaps little' : 'no difference beyond chance'
  const shown = differences.filter(({ isSignificant }) => isSignificant)
  return html`<div class="block"><h3>Mean maps by group</h3>
<p>Evidence for '${typed(report.className)}' by ${report.attribution.method}. ${report.frameNote} Drawn as ${report.grid[0]}×${report.grid[1]} cells, the maps themselves as computed, none interpolated. ${made({ computedAt })}</p>
<div class="maps">${mapFigure('All', overall, { aspect, limit, signed })}${groups.map(({ name, mean, units }) => mapFigure(name, mean, { aspect, limit, signed, about: `${units} ${unit === 'patient' ? 'patients' : 'cases'}` }))}</div>
${differences.length === 0 ? html`<p>Nothing was compared: fewer than two groups have ${report.minimum}.</p>` : html`<table><thead><tr><th>Groups</th><th>Maps</th><th class="n">p, Holm</th></tr></thead><tbody>
${differences.map((one) => html`<tr><td>${typed(nameOf(one.a))} and ${typed(nameOf(one.b))}</td><td>${verdict(one)}${one.warnings.length > 0 ? html`<br><span class="dim">${typed(one.warnings.join(' '))}</span>` : ''}</td><td class="n">${pText(one.pHolm)}</td></tr>`)}</tbody></table>
<div class="maps">${(shown.length > 0 ? shown : differences.slice(0, 1)).map(({ a, b, difference, clusters }) => mapFigure(`${nameOf(a)} − ${nameOf(b)}`, difference, { aspect, limit: greatest([difference]), signed: true, marked: clusters.flatMap(({ cells, isSignificant }) => isSignificant ? cells : []), about: shown.length > 0 ? 'outlined: beyond chance' : 'nothing in it is beyond chance' }))}</div>`}
<p class="dim">Cluster-based permutation tests (Maris &amp; Oostenveld 2007), ${report.permutations.toLocaleString('en')} permutations a pair. A map is not a segmentation and proves no cause: where groups differ in positioning or disease, their maps do.</p></div>`
}

function clustersSection({ report, points, computedAt }: NonNullable<PatternFacts['clusters']>): Html {
  return html`<div class="block"><h3>Cases decided alike</h3>
<p>${cases(report.cases)} in ${report.clusters.length} clusters of ${report.of}${report.method === 'spectral' ? ' (SpRAy, Lapuschkin et al. 2019)' : ' (k-means)'}. ${report.embedding} ${made({ computedAt })}</p>
${points ? planeFigure(points, report.clusters.length) : ''}
<table><thead><tr><th>Cluster</th><th class="n">Cases</th><th class="n">Correct</th><th class="n">Flagged</th></tr></thead><tbody>
${report.clusters.map(({ index, n, accuracy, flagged }) => html`<tr><td>${dotOf(index)} ${index + 1}</td><td class="n">${n.toLocaleString('en')}</td><td class="n">${accuracy ? percent(accuracy.value) : '–'}</td><td class="n">${flagged ? percent(flagged.value) : '–'}</td></tr>`)}</tbody></table>
<div class="maps">${report.clusters.flatMap(({ index, mean }) => mean ? [mapFigure(`Cluster ${index + 1}`, mean, { aspect: 1, limit: greatest(report.clusters.flatMap((one) => one.mean ?? [])), signed: false })] : [])}</div>
<p class="dim">A cluster is a question, not a finding: its cases are to be looked at.</p></div>`
}

/** fewer negatives than this, and any correlation is possible */
const FEW = 10
/** 'ageYears' → 'age years' */
const fieldWords = (field: string): string => field.replace(/^group:/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
const MODELS = { logistic: 'Logistic regression', trees: 'Boosted trees' } as const

function headersSection({ report, computedAt }: Kept<HeadersReport>, { draw }: Drawing): Html {
  return html`<div class="block"><h3>Headers alone</h3>
<p>How well '${typed(report.positive.name)}' is told by models that see header fields and no image, cross-validated by patient over ${cases(report.cases)} (Zech et al. 2018). ${made({ computedAt })}</p>
<table><thead><tr><th>Model</th><th class="n">AUROC, 95 %</th></tr></thead><tbody>
${report.models.map(({ model, auroc }) => html`<tr><td>${MODELS[model]}, headers alone</td><td class="n">${areaText(auroc)}</td></tr>`)}<tr><td>The image model, same cases</td><td class="n">${areaText(report.image)}</td></tr></tbody></table>
${report.models.filter(hasImportance).map((model) => html`<p>${MODELS[model.model]}: how far its AUROC falls where a field is shuffled.</p>${draw((colours) => importanceOption(model, fieldWords, colours), 60 + 22 * Math.max(3, model.importance.length), `Importance of fields, ${MODELS[model.model]}`)}`)}
<p class="dim">A label that headers tell can be learnt without the disease. That a model did so, this does not show.</p></div>`
}

function exposureSection({ report, computedAt }: Kept<ExposureReport>, { draw }: Drawing): Html {
  return html`<h3>Exposure</h3>
<p>Properties of ${cases(report.cases)} as they are displayed, against the label '${typed(report.positive.name)}' and the score. ρ: Spearman's correlation with the score among negatives, where there is nothing to find. ${made({ computedAt })}</p>
${report.rows.map((row) => html`<div class="block"><p><b>${EXPOSURE_STATISTICS[row.statistic]}</b>: tells the label by itself with AUROC ${areaText(row.auroc)}${row.withScore === null ? '' : row.withScore.of < FEW ? `; whether it goes with the score cannot be told from ${row.withScore.of} negatives` : `; ρ ${areaText(row.withScore)} over ${row.withScore.of} negatives`}.</p>
${draw((colours) => exposureOption(row, colours), 230, `${EXPOSURE_STATISTICS[row.statistic]} of positives and negatives, and the mean score`)}</div>`)}
<p class="dim">A correlation is not a cause; a change of exposure on one case is a check.</p>`
}

/** Plots of what was worked out across the whole set, each with what it does not say; null where there is nothing. */
export async function patternsSection(facts: PatternFacts, plain: boolean): Promise<Html | null> {
  const { subgroups, maps, clusters, headers, exposure } = facts
  if (!subgroups && !maps && !clusters && !headers && !exposure) return null
  const drawing = { draw: await chartDrawer(), plain }
  return html`<h2 class="pagebreak">Patterns across the whole set</h2>
<p>Of all cases of the project that have what each question needs, not of the sample alone, and with the model that was in use when it was worked out. None of this proves a cause: it says where to look.</p>
${subgroups && subgroupsSection(subgroups, drawing)}${maps && mapsSection(maps, drawing)}${clusters && clustersSection(clusters)}${headers && headersSection(headers, drawing)}${exposure && exposureSection(exposure, drawing)}`
}
