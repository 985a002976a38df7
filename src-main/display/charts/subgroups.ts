import type { Subgroup, SubgroupTable } from '../../contract/patterns.ts'
import { categoryColour } from './figure.ts'
import type { ChartOption, FigureColours, FigureTable } from './figure.ts'

const ROW_HEIGHT = 24
const share = (value: number | undefined | null) => value ?? null

/** Groups that have an AUROC, the best first, as a forest plot shows them. */
export function withAuroc({ groups }: SubgroupTable): Subgroup[] {
  return groups.filter(({ auroc }) => auroc !== null).sort((a, b) => b.auroc!.value - a.auroc!.value)
}
export const forestHeight = (rows: number) => 64 + ROW_HEIGHT * Math.max(3, rows)

/** AUROC of each group with its 95 % interval, and that of all cases as a line. */
export function forestOption(table: SubgroupTable, colours: FigureColours): ChartOption {
  const rows = withAuroc(table).reverse()
  const low = Math.min(0.5, ...rows.map(({ auroc }) => auroc!.low))
  const colourOf = ({ gap, isBelowMinimum }: Subgroup) => isBelowMinimum ? colours.dim : gap?.isMarked ? colours.warn : colours.accent
  return {
    grid: { left: 8, right: 24, top: 12, bottom: 28, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: { type: 'value', min: Math.floor(low * 10) / 10, max: 1, name: 'AUROC', nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: colours.dim }, axisLabel: { color: colours.dim }, splitLine: { lineStyle: { color: colours.line } } },
    yAxis: { type: 'category', data: rows.map(({ name, usable, isBelowMinimum }) => `${name} (${usable}${isBelowMinimum ? ', too few' : ''})`), axisLabel: { color: colours.text, width: 220, overflow: 'truncate' }, axisLine: { show: false }, axisTick: { show: false } },
    series: [
      { name: 'interval', type: 'custom', data: rows.map(({ auroc }, index) => [auroc!.low, auroc!.high, index]), renderItem: (params: { dataIndex: number }, api: { value(i: number): number; coord(point: [number, number]): [number, number] }) => {
        const [x1, y] = api.coord([api.value(0), api.value(2)])
        const [x2] = api.coord([api.value(1), api.value(2)])
        return { type: 'line', shape: { x1, y1: y, x2, y2: y }, style: { stroke: colourOf(rows[params.dataIndex]), lineWidth: 2 } }
      }, encode: { x: [0, 1], y: 2 } },
      { name: 'auroc', type: 'scatter', symbol: 'diamond', symbolSize: 11, data: rows.map((row) => ({ value: row.auroc!.value, itemStyle: { color: colourOf(row) } })),
        markLine: table.overall.auroc ? { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: colours.text, type: 'dashed' }, data: [{ xAxis: table.overall.auroc.value }] } : undefined },
    ],
  }
}

export function forestTable(table: SubgroupTable): FigureTable {
  return {
    columns: ['Group', 'Cases', 'Positives', 'AUROC', 'low', 'high', 'Gap to the rest', 'p (Holm)'],
    rows: [table.overall, ...withAuroc(table)].map(({ name, usable, positives, auroc, gap }) => [name, usable, positives, share(auroc?.value), share(auroc?.low), share(auroc?.high), share(gap?.difference.value), share(gap?.pHolm)]),
  }
}

/** Rate of positives over the mean score, bin by bin: on the diagonal the score means what it says. */
export function calibrationOption(table: SubgroupTable, colours: FigureColours): ChartOption {
  const axis = { type: 'value', min: 0, max: 1, axisLabel: { color: colours.dim }, splitLine: { lineStyle: { color: colours.line } }, nameTextStyle: { color: colours.dim } }
  const drawn = calibrated(table)
  return {
    grid: { left: 8, right: 16, top: 34, bottom: 28, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    legend: { top: 0, type: 'scroll', textStyle: { color: colours.text }, inactiveColor: colours.dim, pageTextStyle: { color: colours.dim } },
    xAxis: { ...axis, name: 'Mean score', nameLocation: 'middle', nameGap: 26 },
    yAxis: { ...axis, name: 'Rate of positives', nameLocation: 'end', nameGap: 12, nameTextStyle: { color: colours.dim, align: 'left' } },
    series: [
      ...drawn.map(({ name, calibration }, index) => ({ name, type: 'line', symbolSize: 6, data: calibration!.bins.map(({ meanScore, rate }) => [meanScore, rate]), itemStyle: { color: categoryColour(index) }, lineStyle: { color: categoryColour(index), width: 1.5 } })),
      { name: 'Perfect', type: 'line', silent: true, symbol: 'none', data: [[0, 0], [1, 1]], itemStyle: { color: colours.dim }, lineStyle: { color: colours.dim, type: 'dashed', width: 1 } },
    ],
  }
}
/** The largest groups with scores in more than one bin: more lines cannot be told apart. */
export function calibrated({ groups }: SubgroupTable): Subgroup[] {
  return groups.filter(({ calibration }) => calibration !== null && calibration.bins.length > 1).sort((a, b) => b.usable - a.usable).slice(0, 8)
}
export function calibrationTable(table: SubgroupTable): FigureTable {
  return { columns: ['Group', 'Bin from', 'to', 'Cases', 'Mean score', 'Rate of positives'], rows: calibrated(table).flatMap(({ name, calibration }) => calibration!.bins.map((bin) => [name, bin.low, bin.high, bin.count, bin.meanScore, bin.rate])) }
}
