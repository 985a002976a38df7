/** An option of ECharts, which draws it in the window and, without one, in a report. */
export type ChartOption = Record<string, unknown>

/** What stands behind a picture: read by screen readers, shown on request, saved as CSV. */
export interface FigureTable { readonly columns: readonly string[]; readonly rows: readonly (readonly (string | number | null)[])[] }

/** Colours of a theme, as charts draw with them. */
export interface FigureColours {
  readonly text: string
  readonly dim: string
  readonly line: string
  readonly ground: string
  readonly accent: string
  readonly ok: string
  readonly warn: string
  readonly bad: string
}

/** Okabe and Ito's colours, told apart by readers who see fewer (2008), then lighter ones of the same hues; both themes. */
const CATEGORIES = ['#e69f00', '#56b4e9', '#009e73', '#cc79a7', '#d55e00', '#0072b2', '#b8a800', '#9e9e9e', '#f4c46b', '#a6d8f5', '#66c9ab', '#e3b5cd']

export function categoryColour(index: number): string {
  return index < 0 ? '#7d7d7d' : CATEGORIES[index % CATEGORIES.length]
}
