import { stringify } from 'csv-stringify/sync'
import type { Auroc, ExposureReport, HeadersReport, Interval, MapsReport, Subgroup, SubgroupTable } from '../contract/patterns.ts'
import type { Proportion } from '../contract/records.ts'

/** Reports as tables, the first row their heads; docs/patterns.md describes them. */
type Rows = (readonly unknown[])[]

export function toCsv(rows: readonly (readonly unknown[])[]): string {
  return stringify(rows.map((row) => row.map((cell) => cell ?? '')))
}

const number = (value: number | null | undefined): number | null => value === null || value === undefined ? null : Number(value.toPrecision(6))
const interval = (of: Interval | Proportion | Auroc | null | undefined): (number | null)[] => of ? [number(of.value), number(of.low), number(of.high)] : [null, null, null]
const heads = (name: string): string[] => [name, `${name}_low`, `${name}_high`]

export function groupRows(table: SubgroupTable): Rows {
  const head = ['group', 'n', 'usable', 'positives', ...heads('auroc'), 'auroc_interval', ...heads('prevalence'), ...heads('accuracy'), ...heads('sensitivity'), ...heads('specificity'), 'ece', 'brier', ...heads('calibration_slope'), ...heads('calibration_intercept'), ...heads('calibration_in_the_large'), ...heads('flagged'), ...heads('wrong_reason'), ...heads('auroc_gap'), 'gap_p', 'gap_p_holm', 'gap_marked', 'worst', 'below_minimum', 'patients', 'note']
  const row = (group: Subgroup): unknown[] => [
    group.name, group.n, group.usable, group.positives, ...interval(group.auroc), group.auroc?.interval, ...interval(group.prevalence), ...interval(group.accuracy), ...interval(group.sensitivity), ...interval(group.specificity),
    number(group.calibration?.ece), number(group.calibration?.brier), ...interval(group.calibration?.slope), ...interval(group.calibration?.intercept), ...interval(group.calibration?.inTheLarge),
    ...interval(group.flagged), ...interval(group.wrongReason), ...interval(group.gap?.difference), number(group.gap?.p), number(group.gap?.pHolm), group.gap?.isMarked, group.key === table.worst, group.isBelowMinimum, group.patients, group.note,
  ]
  return [head, row(table.overall), ...table.groups.map(row)]
}

export function mapRows({ groups, overall }: MapsReport): Rows {
  const cells = (name: string, units: number | null, values: readonly (number | null)[], se: readonly (number | null)[] | null, columns: number) => values.map((value, cell) => [name, units, Math.floor(cell / columns), cell % columns, number(value), number(se?.[cell])])
  return [['group', 'units', 'row', 'column', 'mean', 'se'], ...cells('All cases', null, overall.values, null, overall.grid[1]), ...groups.flatMap(({ name, units, mean, se }) => cells(name, units, mean.values, se.values, mean.grid[1]))]
}

export function differenceRows({ differences }: MapsReport): Rows {
  return [['a', 'b', 'sign', 'cells', 'mass', 'p', 'p_holm', 'significant', ...heads('moved'), 'marked', 'warnings'], ...differences.flatMap(({ a, b, clusters, p, pHolm, isSignificant, warnings }) => clusters.length === 0
    ? [[a, b, null, '', 0, number(p), number(pHolm), isSignificant, null, null, null, false, warnings.join(' ')]]
    : clusters.map((cluster) => [a, b, cluster.sign, cluster.cells.join(' '), number(cluster.mass), number(cluster.p), number(cluster.pHolm), cluster.isSignificant, ...interval(cluster.moved), cluster.isMarked, warnings.join(' ')]))]
}

export function headerRows({ models, image, difference, probe }: HeadersReport): Rows {
  return [['what', 'of', ...heads('value')],
    ...models.flatMap(({ model, auroc, importance }) => [['auroc', model, ...interval(auroc)], ...importance.map(({ field, fall, sd }) => ['importance', `${model}: ${field}`, number(fall), number(fall - sd), number(fall + sd)])]),
    ['auroc', 'image model', ...interval(image)],
    ['difference', 'image model less headers', ...interval(difference)],
    ...(probe ?? []).flatMap(({ column, levels }) => levels.map(({ value, auroc }) => ['probe', `${column}: ${value}`, ...interval(auroc)]))]
}

export function exposureRows({ rows }: ExposureReport): Rows {
  return [['statistic', 'from', 'to', 'positives', 'negatives', 'unlabelled', 'mean_score', ...heads('spearman'), 'spearman_p', ...heads('auroc')],
    ...rows.flatMap(({ statistic, edges, positives, negatives, unlabelled, meanScore, withScore, auroc }) => positives.map((count, bin) => [statistic, number(edges[bin]), number(edges[bin + 1]), count, negatives[bin], unlabelled[bin], number(meanScore[bin]), ...interval(withScore), number(withScore?.p), ...interval(auroc)]))]
}
