import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import { init, use, type EChartsType } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

/** The parts of ECharts that the window draws with; a chunk of its own, loaded with the first chart. */
use([BarChart, CustomChart, LineChart, ScatterChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer])

export type Chart = EChartsType

export function createChart(element: HTMLElement): Chart {
  return init(element, null, { renderer: 'svg' })
}
