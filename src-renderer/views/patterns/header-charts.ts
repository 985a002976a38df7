import type { ExposureRow, HeaderModel } from '../../../src-main/contract/patterns.ts'
import type { ChartOption } from '../../components/chart/echarts.ts'
import type { FigureColours, FigureTable } from '../../components/chart/figure.ts'

/** How far the score of a header-only model falls when a field's values are shuffled, the weightiest on top. */
export function importanceOption({ importance }: HeaderModel, label: (field: string) => string, colours: FigureColours): ChartOption {
  const rows = [...importance].sort((a, b) => a.fall - b.fall)
  return {
    grid: { left: 8, right: 24, top: 8, bottom: 28, containLabel: true },
    xAxis: { type: 'value', axisLabel: { color: colours.dim }, splitLine: { lineStyle: { color: colours.line } }, name: 'Fall of the AUROC', nameLocation: 'middle', nameGap: 24, nameTextStyle: { color: colours.dim } },
    yAxis: { type: 'category', data: rows.map(({ field }) => label(field)), axisLabel: { color: colours.text }, axisTick: { show: false }, axisLine: { show: false } },
    series: [{ name: 'Fall', type: 'bar', barMaxWidth: 14, data: rows.map(({ fall }) => fall), itemStyle: { color: colours.accent } }],
  }
}
export function importanceTable({ importance }: HeaderModel): FigureTable {
  return { columns: ['Field', 'Fall of the AUROC', 'SD over repeats'], rows: importance.map(({ field, fall, sd }) => [field, fall, sd]) }
}

/** Shares of positives and negatives over a statistic of the image, and the mean score of each bin. */
export function exposureOption(row: ExposureRow, colours: FigureColours): ChartOption {
  const sum = (counts: readonly number[]) => Math.max(1, counts.reduce((total, count) => total + count, 0))
  const [positives, negatives] = [sum(row.positives), sum(row.negatives)]
  const middles = row.edges.slice(0, -1).map((edge, index) => Number(((edge + row.edges[index + 1]) / 2).toPrecision(3)))
  const axis = (align: 'left' | 'right') => ({ type: 'value', axisLabel: { color: colours.dim }, nameTextStyle: { color: colours.dim, align } })
  return {
    grid: { left: 8, right: 8, top: 34, bottom: 8, containLabel: true },
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
