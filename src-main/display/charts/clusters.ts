import type { ClustersReport } from '../../contract/patterns.ts'
import type { ChartOption, FigureColours, FigureTable } from './figure.ts'

/** Ascending eigenvalues; those before the greatest gap are the clusters'. */
export function eigenOption({ eigenvalues, clusters }: ClustersReport, colours: FigureColours): ChartOption {
  return {
    grid: { left: 8, right: 16, top: 12, bottom: 28, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: { type: 'category', data: eigenvalues.map((_, index) => index + 1), axisLabel: { color: colours.dim }, name: 'Number', nameLocation: 'middle', nameGap: 24, nameTextStyle: { color: colours.dim } },
    yAxis: { type: 'value', axisLabel: { color: colours.dim }, splitLine: { lineStyle: { color: colours.line } } },
    series: [{ name: 'Eigenvalue', type: 'scatter', symbolSize: 8, data: eigenvalues.map((value, index) => ({ value, itemStyle: { color: index < clusters.length ? colours.accent : colours.dim } })) }],
  }
}
export function eigenTable({ eigenvalues, eigengaps }: ClustersReport): FigureTable {
  return { columns: ['Number', 'Eigenvalue', 'Gap to the next'], rows: eigenvalues.map((value, index) => [index + 1, value, eigengaps[index] ?? null]) }
}
