import type { HeaderModel } from '../../contract/patterns.ts'
import type { ChartOption, FigureColours, FigureTable } from './figure.ts'

/** How far the score of a header-only model falls when a field's values are shuffled, the weightiest on top. */
export function importanceOption({ importance }: HeaderModel, label: (field: string) => string, colours: FigureColours): ChartOption {
  const rows = [...importance].sort((a, b) => a.fall - b.fall)
  return {
    grid: { left: 8, right: 24, top: 8, bottom: 28, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: { type: 'value', splitNumber: 4, axisLabel: { color: colours.dim, hideOverlap: true }, splitLine: { lineStyle: { color: colours.line } }, name: 'Fall of the AUROC', nameLocation: 'middle', nameGap: 24, nameTextStyle: { color: colours.dim } },
    yAxis: { type: 'category', data: rows.map(({ field }) => label(field)), axisLabel: { color: colours.text }, axisTick: { show: false }, axisLine: { show: false } },
    series: [{ name: 'Fall', type: 'bar', barMaxWidth: 14, data: rows.map(({ fall }) => fall), itemStyle: { color: colours.accent } }],
  }
}
export function importanceTable({ importance }: HeaderModel): FigureTable {
  return { columns: ['Field', 'Fall of the AUROC', 'SD over repeats'], rows: importance.map(({ field, fall, sd }) => [field, fall, sd]) }
}

/** false: whatever is shuffled, the model answers the same, as trees do that have too few cases for a leaf: there is nothing to draw. */
export const hasImportance = ({ importance }: HeaderModel): boolean => importance.some(({ fall, sd }) => fall !== 0 || sd !== 0)
