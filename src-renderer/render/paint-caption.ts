import { COLORMAP_SIZE, type Colormap } from '../../src-main/display/colormap.ts'
import { formatValue, type ValueScale } from '../../src-main/display/scale.ts'
import type { Size } from './view.ts'

/** Words and colour bar that belong to a picture of a map: on the screen and in every saved picture alike. */
export interface Caption {
  /** top left, in bold: what is shown */
  readonly title: string
  /** bottom left: caveat, scale */
  readonly lines: readonly string[]
  /** across the middle: a result in words, as 'no positive evidence' */
  readonly statement: string | null
  readonly bar: { readonly colormap: Colormap; readonly scale: ValueScale; readonly threshold: number } | null
}

const FONT = "'Inter Variable', system-ui, sans-serif"
const INK = '#f2f2f2'
const BACKING = 'rgb(0 0 0 / 62%)'
const MARGIN = 8
const LINE = 16

/** `size` and all measures in CSS pixels; the context is scaled by `pixelRatio`. */
export function paintCaption(context: CanvasRenderingContext2D, { title, lines, statement, bar }: Caption, size: Size, pixelRatio: number): void {
  context.save()
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
  context.textBaseline = 'middle'
  const widthForText = size.width - 2 * MARGIN - (bar ? 84 : 0)
  paintLines(context, [title], `600 12px ${FONT}`, MARGIN, MARGIN, size.width - 2 * MARGIN)
  const wrapped = lines.flatMap((line) => wrap(context, line, `400 12px ${FONT}`, widthForText))
  paintLines(context, wrapped, `400 12px ${FONT}`, MARGIN, size.height - MARGIN - wrapped.length * LINE - 4, widthForText)
  if (statement) {
    const font = `600 13px ${FONT}`
    const sentences = wrap(context, statement, font, size.width - 8 * MARGIN)
    const width = Math.max(...sentences.map((line) => context.measureText(line).width))
    paintLines(context, sentences, font, (size.width - width) / 2 - 4, size.height * 0.5 - LINE, size.width)
  }
  if (bar && size.height > 220) paintBar(context, bar, size)
  context.restore()
}

function wrap(context: CanvasRenderingContext2D, text: string, font: string, width: number): string[] {
  context.font = font
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`
    if (lines.length > 0 && context.measureText(longer).width <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

function paintLines(context: CanvasRenderingContext2D, lines: readonly string[], font: string, x: number, y: number, width: number): void {
  const shown = lines.filter((line) => line !== '')
  if (shown.length === 0) return
  context.font = font
  const across = Math.min(width, Math.max(...shown.map((line) => context.measureText(line).width)) + 8)
  context.fillStyle = BACKING
  context.beginPath()
  context.roundRect(x, y, across, shown.length * LINE + 4, 3)
  context.fill()
  context.fillStyle = INK
  for (const [index, line] of shown.entries()) context.fillText(line, x + 4, y + 2 + LINE * (index + 0.5), width - 8)
}

/** From low (below) to high, zero marked where it lies between; what the threshold hides is left out of the bar. */
function paintBar(context: CanvasRenderingContext2D, { colormap, scale, threshold }: NonNullable<Caption['bar']>, size: Size): void {
  const height = Math.min(180, size.height * 0.3)
  const width = 12
  const right = size.width - MARGIN
  const top = size.height - MARGIN - height - 8
  const labels = scale.signed ? [scale.high, 0, scale.low] : [scale.high, 0]
  context.font = `400 11px ${FONT}`
  const texts = labels.map(formatValue)
  const textWidth = Math.max(...texts.map((text) => context.measureText(text).width))
  context.fillStyle = BACKING
  context.beginPath()
  context.roundRect(right - width - textWidth - 14, top - 10, width + textWidth + 14 + 2, height + 20, 3)
  context.fill()
  const x = right - width - 2
  for (let i = 0; i < height; i++) {
    const share = 1 - (i + 0.5) / height
    const strength = scale.signed ? Math.abs(2 * share - 1) : share
    const entry = Math.round(share * (COLORMAP_SIZE - 1)) * 3
    context.fillStyle = strength < threshold || scale.high === 0 ? '#000' : `rgb(${colormap.table[entry]} ${colormap.table[entry + 1]} ${colormap.table[entry + 2]})`
    context.fillRect(x, top + i, width, 1)
  }
  context.strokeStyle = 'rgb(255 255 255 / 55%)'
  context.lineWidth = 1
  context.strokeRect(x - 0.5, top - 0.5, width + 1, height + 1)
  context.fillStyle = INK
  context.textAlign = 'right'
  for (const [index, text] of texts.entries()) context.fillText(text, x - 5, top + height * index / (texts.length - 1))
}
