import { ANCHORS } from './colormap-tables.ts'

/** How a value on its scale (0 … 1; signed maps: −max … +max on 0 … 1) becomes a colour. Equal steps look equally large. */
export interface Colormap {
  readonly id: string
  readonly name: string
  readonly kind: 'sequential' | 'diverging'
  /** where the table is from, and its licence */
  readonly source: string
  /** 256 × RGB */
  readonly table: Uint8Array
}

export const COLORMAP_SIZE = 256

function fromAnchors(hex: string): Uint8Array {
  const anchors = hex.length / 6
  const channel = (anchor: number, c: number) => Number.parseInt(hex.slice(anchor * 6 + c * 2, anchor * 6 + c * 2 + 2), 16)
  const table = new Uint8Array(COLORMAP_SIZE * 3)
  for (let i = 0; i < COLORMAP_SIZE; i++) {
    const position = i * (anchors - 1) / (COLORMAP_SIZE - 1)
    const low = Math.min(anchors - 2, Math.floor(position))
    const part = position - low
    for (let c = 0; c < 3; c++) table[i * 3 + c] = Math.round(channel(low, c) * (1 - part) + channel(low + 1, c) * part)
  }
  return table
}

const toSrgb = (linear: number) => Math.round(255 * Math.min(1, Math.max(0, linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055)))

/** Oklab (Ottosson 2020) to sRGB, 0 … 255, clipped. */
function oklab(lightness: number, a: number, b: number): [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
  return [
    toSrgb(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    toSrgb(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    toSrgb(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s),
  ]
}

/** Two arms from a neutral grey at zero: lightness and chroma run in equal steps of Oklab, hues in degrees. */
function diverging(negativeHue: number, positiveHue: number, neutral: number, ends: number, chroma: number): Uint8Array {
  const table = new Uint8Array(COLORMAP_SIZE * 3)
  for (let i = 0; i < COLORMAP_SIZE; i++) {
    const signed = 2 * i / (COLORMAP_SIZE - 1) - 1
    const size = Math.abs(signed)
    const hue = (signed < 0 ? negativeHue : positiveHue) * Math.PI / 180
    table.set(oklab(neutral + (ends - neutral) * size, chroma * size * Math.cos(hue), chroma * size * Math.sin(hue)), i * 3)
  }
  return table
}

const MATPLOTLIB = 'Smith and van der Walt, Matplotlib, CC0'
const OKLAB = 'computed here: two straight arms in Oklab (Ottosson 2020)'

export const COLORMAPS = [
  { id: 'inferno', name: 'Inferno', kind: 'sequential', source: MATPLOTLIB, table: fromAnchors(ANCHORS.inferno) },
  { id: 'viridis', name: 'Viridis', kind: 'sequential', source: MATPLOTLIB, table: fromAnchors(ANCHORS.viridis) },
  { id: 'magma', name: 'Magma', kind: 'sequential', source: MATPLOTLIB, table: fromAnchors(ANCHORS.magma) },
  { id: 'plasma', name: 'Plasma', kind: 'sequential', source: MATPLOTLIB, table: fromAnchors(ANCHORS.plasma) },
  { id: 'cividis', name: 'Cividis', kind: 'sequential', source: 'Nuñez, Anderton and Renslow 2018; d3-scale-chromatic, ISC', table: fromAnchors(ANCHORS.cividis) },
  { id: 'blue-red', name: 'Blue–grey–red', kind: 'diverging', source: OKLAB, table: diverging(255, 30, 0.9, 0.5, 0.17) },
  { id: 'cyan-orange', name: 'Cyan–black–orange', kind: 'diverging', source: OKLAB, table: diverging(225, 60, 0.18, 0.78, 0.13) },
] as const satisfies readonly Colormap[]

export type ColormapId = (typeof COLORMAPS)[number]['id']
export const DEFAULT_COLORMAPS = { sequential: 'inferno', diverging: 'blue-red' } as const satisfies Record<Colormap['kind'], ColormapId>

/** The map of that id; another id, or one of the other kind, gives the kind's default: a signed map is never shown on a one-sided scale. */
export function colormapFor(id: string, kind: Colormap['kind']): Colormap {
  const maps: readonly Colormap[] = COLORMAPS
  return maps.find((map) => map.id === id && map.kind === kind) ?? maps.find((map) => map.id === DEFAULT_COLORMAPS[kind])!
}
