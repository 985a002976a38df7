import type { Proportion } from '../../contract/records.ts'
import { html, type Html } from './html.ts'
import { interval } from './numbers.ts'

export interface ForestRow { readonly name: string; readonly rate: Pick<Proportion, 'value' | 'low' | 'high'>; readonly of: number; readonly isTotal?: boolean }

const ROW = 22
const NAMES = 190
const PLOT = 330
const TEXT = 160
const WIDTH = NAMES + PLOT + TEXT
const NAME_LETTERS = 30

/**
 * Rates with their intervals under one another, on an axis from 0 to the greatest upper limit, rounded up to a tenth. Text carries the numbers, so nothing
 * hangs on colour. The caller's rows are all of one measure.
 */
export function forestPlot(title: string, rows: readonly ForestRow[]): Html {
  const most = Math.min(1, Math.max(0.1, Math.ceil(Math.max(...rows.map(({ rate }) => rate.high)) * 10) / 10))
  const x = (value: number) => (NAMES + Math.min(1, value / most) * PLOT).toFixed(1)
  const height = rows.length * ROW + 34
  const ticks = Array.from({ length: 6 }, (_, at) => most * at / 5)
  return html`<svg class="plot" role="img" aria-label="${title}" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" xmlns="http://www.w3.org/2000/svg">
${ticks.map((tick) => html`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="0" y2="${rows.length * ROW + 4}"/><text class="tick" text-anchor="middle" x="${x(tick)}" y="${rows.length * ROW + 18}">${(tick * 100).toFixed(most < 0.5 ? 1 : 0)} %</text>`)}
${rows.map(({ name, rate, of, isTotal }, at) => {
    const y = at * ROW + ROW / 2
    return html`<g class="${isTotal ? 'total' : ''}"><text x="0" y="${y + 4}">${shortened(name)} <tspan class="tick">n=${of}</tspan><title>${name}</title></text>
<line class="bar" x1="${x(rate.low)}" x2="${x(rate.high)}" y1="${y}" y2="${y}"/><rect class="mark" x="${Number(x(rate.value)) - 4}" y="${y - 4}" width="8" height="8"/>
<text class="tick" x="${NAMES + PLOT + 14}" y="${y + 4}">${interval(rate)}</text></g>`
  })}
</svg>`
}

const shortened = (name: string) => [...name].length > NAME_LETTERS ? `${[...name].slice(0, NAME_LETTERS - 1).join('')}…` : name
