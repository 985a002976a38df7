import type { ExposureRow } from '../../contract/patterns.ts'
import type { ChartOption, FigureColours, FigureTable } from './figure.ts'

/** Shares of positives and negatives over a statistic of the image, and the mean score of each bin. */
export function exposureOption(row: ExposureRow, colours: FigureColours): ChartOption {
  const sum = (counts: readonly number[]) => Math.max(1, counts.reduce((total, count) => total + count, 0))
  const [positives, negatives] = [sum(row.positives), sum(row.negatives)]
  const middles = row.edges.slice(0, -1).map((edge, index) => Number(((edge + row.edges[index + 1]) / 2).toPrecision(3)))
  const axis = (align: 'left' | 'right') => ({ type: 'value', axisLabel: { color: colours.dim }, nameTextStyle: { color: colours.dim, align } })
  return {
    grid: { left: 8, right: 8, top: 34, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    legend: { top: 0, textStyle: { color: colours.text } },
    xAxis: { type: 'category', data: middles, axisLabel: { color: colours.dim } },
    yAxis: [{ ...axis('left'), name: 'Share', splitLine: { lineStyle: { color: colours.line } } }, { ...axis('right'), name: 'Score', min: 0, max: 1, splitLine: { show: false } }],
    series: [
      { name: 'Positives', type: 'bar', barGap: '-100%', data: row.positives.map((count) => count / positives), itemStyle: { color: colours.warn, opacity: 0.55 } },
      { name: 'Negatives', type: 'bar', data: row.negatives.map((count) => count / negatives), itemStyle: { color: colours.accent, opacity: 0.55 } },
      { name: 'Mean score', type: 'line', yAxisIndex: 1, connectNulls: true, symbolSize: 5, data: row.meanScore, itemStyle: { color: colours.text }, lineStyle: { color: colours.text, width: 1.5 } },
    ],
  }
}
export function exposureTable(row: ExposureRow): FigureTable {
  return { columns: ['From', 'to', 'Positives', 'Negatives', 'No label', 'Mean score'], rows: row.positives.map((count, index) => [row.edges[index], row.edges[index + 1], count, row.negatives[index], row.unlabelled[index], row.meanScore[index]]) }
}
