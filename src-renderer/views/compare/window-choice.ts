import type { ImageRecord } from '../../../src-main/contract/records.ts'
import type { GrayscalePipeline, VoiChoice, VoiFunction } from '../../../src-main/display/grayscale-types.ts'
import { modalityRange, resolveVoi } from '../../../src-main/display/grayscale.ts'

/** How the reader wants grey values shown. All but `manual` hold for the next case too. */
export type WindowChoice =
  /** the file's VOI LUTs and windows, in this order */
  | { readonly kind: 'file'; readonly index: number }
  | { readonly kind: 'percentile'; readonly low: 1 | 5; readonly high: 95 | 99 }
  | { readonly kind: 'full-range' }
  | { readonly kind: 'manual'; readonly center: number; readonly width: number; readonly function: VoiFunction }

export const FILE_WINDOW: WindowChoice = { kind: 'file', index: 0 }

/** The presets under the keys 1 to 4. */
export const WINDOW_PRESETS: readonly { readonly key: string; readonly label: string; readonly choice: WindowChoice }[] = [
  { key: '1', label: 'The file’s own', choice: FILE_WINDOW },
  { key: '2', label: 'Percentiles 1–99', choice: { kind: 'percentile', low: 1, high: 99 } },
  { key: '3', label: 'Percentiles 5–95', choice: { kind: 'percentile', low: 5, high: 95 } },
  { key: '4', label: 'Full range', choice: { kind: 'full-range' } },
]

export interface FileWindow { readonly label: string; readonly voi: VoiChoice }

/** What the file itself offers, named by its explanations. */
export function fileWindows({ luts, windows }: GrayscalePipeline): readonly FileWindow[] {
  return [
    ...luts.map((lut, index): FileWindow => ({ label: lut.explanation || `VOI LUT ${index + 1}`, voi: { kind: 'file-lut', index } })),
    ...windows.map(({ center, width, explanation, function: shape }, index): FileWindow => ({
      label: `${explanation || `Window ${index + 1}`} (C ${round(center)}, W ${round(width)}${shape === 'LINEAR' ? '' : `, ${shape.toLowerCase().replace('_', ' ')}`})`,
      voi: { kind: 'file-window', index },
    })),
  ]
}

/** The choice in the words of the display pipeline; what this image does not have becomes its default. */
export function voiChoice(choice: WindowChoice, { grayscale, percentiles }: Pick<ImageRecord, 'grayscale' | 'percentiles'>): VoiChoice {
  switch (choice.kind) {
    case 'manual': return { kind: 'window', center: choice.center, width: choice.width, function: choice.function }
    case 'full-range': return { kind: 'full-range' }
    case 'file': {
      const own = grayscale ? fileWindows(grayscale) : []
      return own.length === 0 ? { kind: 'default' } : own[choice.index % own.length].voi
    }
    case 'percentile': {
      if (!percentiles) return { kind: 'full-range' }
      const low = choice.low === 1 ? percentiles.p1 : percentiles.p5
      const high = choice.high === 99 ? percentiles.p99 : percentiles.p95
      return high > low ? { kind: 'window', center: (low + high) / 2, width: high - low, function: 'LINEAR_EXACT' } : { kind: 'full-range' }
    }
  }
}

/** Centre and width in modality values, as the drag begins with and the pane shows; a LUT counts as the span it covers. */
export function windowNumbers(choice: WindowChoice, record: Pick<ImageRecord, 'grayscale' | 'percentiles'>): { center: number; width: number; function: VoiFunction } | null {
  if (!record.grayscale) return null
  const voi = resolveVoi(record.grayscale, voiChoice(choice, record))
  if (voi.kind === 'window') return { center: voi.center, width: voi.width, function: voi.function }
  const { firstMapped, values } = voi.table
  return { center: firstMapped + values.length / 2, width: values.length, function: 'LINEAR_EXACT' }
}

/** Pointer movement in CSS pixels → a manual window: right widens, up darkens; 700 pixels are the image's whole range. */
export function dragWindow(from: { readonly center: number; readonly width: number; readonly function: VoiFunction }, dx: number, dy: number, pipeline: GrayscalePipeline): WindowChoice {
  const { low, high } = modalityRange(pipeline)
  const perPixel = Math.max(high - low, 1e-6) / 700
  const least = Math.max(perPixel / 100, 1e-6)
  return { kind: 'manual', center: from.center + dy * perPixel, width: Math.max(least, from.width + dx * perPixel), function: from.function }
}

/** What the pane says of the window: 'C 2048, W 4096', or the LUT's name. */
export function windowText(choice: WindowChoice, record: Pick<ImageRecord, 'grayscale' | 'percentiles'>): string {
  const { grayscale } = record
  if (!grayscale) return 'colour'
  const voi = voiChoice(choice, record)
  const isLut = voi.kind === 'file-lut' || (voi.kind === 'default' && grayscale.luts.length > 0)
  if (isLut) return fileWindows(grayscale)[voi.kind === 'file-lut' ? voi.index : 0].label
  const { center, width, function: shape } = windowNumbers(choice, record)!
  return `C ${round(center)}  W ${round(width)}${shape === 'SIGMOID' ? '  sigmoid' : ''}`
}

function round(value: number): string {
  return String(Number(value.toPrecision(Math.abs(value) >= 1000 ? 6 : 4))).replace('-', '−')
}
