import type { ChartOption, FigureColours } from '../../display/charts/figure.ts'
import { Html, html } from './html.ts'

/** Of the report: dark on white, as its style has them. */
const PAPER: FigureColours = { text: '#16181d', dim: '#565b66', line: '#e3e6eb', ground: '#ffffff', accent: '#1f5fbf', ok: '#1b7f4d', warn: '#b25c00', bad: '#b3261e' }
const WIDTH = 640

/** Draws an option of ECharts as SVG; `about` is what stands for it where it is not seen. */
export type DrawChart = (option: (colours: FigureColours) => ChartOption, height: number, about: string) => Html

/** Charts without a window. ECharts is loaded with the first report that needs it. */
export async function chartDrawer(): Promise<DrawChart> {
  const [{ init, use }, charts, components, { SVGRenderer }] = await Promise.all([import('echarts/core'), import('echarts/charts'), import('echarts/components'), import('echarts/renderers')])
  use([charts.BarChart, charts.CustomChart, charts.LineChart, charts.ScatterChart, components.GridComponent, components.LegendComponent, components.MarkLineComponent, SVGRenderer])
  let drawn = 0
  return (option, height, about) => {
    const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
    try {
      chart.setOption({ animation: false, textStyle: { fontFamily: 'system-ui, sans-serif', fontSize: 12 }, ...option(PAPER) })
      drawn++
      // names within a drawing are counted over the life of the program, and the same report would not be the same bytes; rules for the pointer belong to a window
      const svg = chart.renderToSVGString({ useViewBox: true }).replace(/<style[\s\S]*?<\/style>/g, '').replace(/ (ecmeta_\w+|class)="[^"]*"/g, '').replace(/\bzr\d+-/g, `chart${drawn}-`)
      return new Html(svg.replace(/^<svg/, `<svg class="plot" role="img" aria-label="${html`${about}`.text}"`))
    } finally {
      chart.dispose()
    }
  }
}
