import type { GridMap } from '../../contract/patterns.ts'
import { categoryColour } from '../../display/charts/figure.ts'
import { drawGridMap } from '../../display/charts/grid-map.ts'
import type { Points } from '../../display/charts/points.ts'
import { formatValue } from '../../display/scale.ts'
import { html, typed, type Html } from './html.ts'

const MAP_WIDTH = 190
const SCALE = 24

/** A map as the cells it is, with its scale; `marked`: cells with an outline. */
export function mapFigure(title: string, map: GridMap, { aspect, limit, signed, marked = [], about = '' }: { readonly aspect: number; readonly limit: number; readonly signed: boolean; readonly marked?: readonly number[]; readonly about?: string }): Html {
  const { width, height, cells, stops, low } = drawGridMap(map, { width: MAP_WIDTH, aspect, limit, signed })
  const box = ({ x, y, wide, high }: (typeof cells)[number], less = 0) => html`x="${(x + less).toFixed(2)}" y="${(y + less).toFixed(2)}" width="${(wide - 2 * less).toFixed(2)}" height="${(high - 2 * less).toFixed(2)}"`
  return html`<figure class="map"><svg role="img" aria-label="${title}" viewBox="0 0 ${width} ${height + SCALE}" width="${width}" height="${height + SCALE}" xmlns="http://www.w3.org/2000/svg">
<g shape-rendering="crispEdges">${cells.map((cell) => html`<rect ${box(cell)} fill="${cell.fill ?? 'none'}" stroke="#888" stroke-width="0.15"/>`)}</g>
${cells.filter(({ index }) => marked.includes(index)).map((cell) => html`<rect ${box(cell, 0.8)} fill="none" stroke="#111" stroke-width="1.6"/><rect ${box(cell, 0.8)} fill="none" stroke="#fff" stroke-width="0.8" stroke-dasharray="3 2"/>`)}
${stops.map((fill, step) => html`<rect x="${((step / stops.length) * width).toFixed(2)}" y="${height + 6}" width="${(width / stops.length + 0.4).toFixed(2)}" height="5" fill="${fill}"/>`)}
<text x="0" y="${height + SCALE - 2}" font-size="10" fill="#565b66">${formatValue(low)}</text><text x="${width}" y="${height + SCALE - 2}" font-size="10" text-anchor="end" fill="#565b66">${formatValue(limit)}</text>
</svg><figcaption>${typed(title)}${about === '' ? '' : html`<br><span class="dim">${about}</span>`}</figcaption></figure>`
}

export type PlanePoints = Pick<Points, 'clusters' | 'x' | 'y'>

const PLANE_WIDTH = 640
const PLANE_HEIGHT = 380
const EDGE = 8
/** more points only make the file larger: every n-th is drawn */
const MOST_POINTS = 4000

/** The plane of all cases, a colour a cluster; each cluster's points are one path of dots. */
export function planeFigure({ clusters, x, y }: PlanePoints, count: number): Html {
  const span = (values: Float32Array) => values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)] as const, [Infinity, -Infinity] as readonly [number, number])
  const [[left, right], [top, bottom]] = [span(x), span(y)]
  const scale = Math.min((PLANE_WIDTH - 2 * EDGE) / Math.max(1e-6, right - left), (PLANE_HEIGHT - 2 * EDGE) / Math.max(1e-6, bottom - top))
  const at = (value: number, middle: number, size: number) => (size / 2 + (value - middle) * scale).toFixed(1)
  const step = Math.max(1, Math.ceil(x.length / MOST_POINTS))
  const paths = Array.from({ length: count }, () => [] as string[])
  for (let i = 0; i < x.length; i += step) paths[clusters[i]]?.push(`M${at(x[i], (left + right) / 2, PLANE_WIDTH)} ${at(y[i], (top + bottom) / 2, PLANE_HEIGHT)}h0`)
  return html`<svg class="plot" role="img" aria-label="All cases on a plane, a colour a cluster" viewBox="0 0 ${PLANE_WIDTH} ${PLANE_HEIGHT}" width="${PLANE_WIDTH}" height="${PLANE_HEIGHT}" xmlns="http://www.w3.org/2000/svg">
${paths.map((dots, cluster) => html`<path d="${dots.join('')}" fill="none" stroke="${categoryColour(cluster)}" stroke-width="${x.length > 500 ? 3 : 7}" stroke-linecap="round"/>`)}
</svg>${step > 1 ? html`<p class="dim">Every ${step}th of ${x.length} cases is drawn.</p>` : ''}`
}

/** A cluster's colour, where it is named. */
export const dotOf = (cluster: number): Html => html`<svg width="11" height="11" viewBox="0 0 11 11" aria-hidden="true"><circle cx="5.5" cy="5.5" r="5" fill="${categoryColour(cluster)}"/></svg>`
