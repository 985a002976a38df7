import { createCanvas, type Canvas, type SKRSContext2D } from '@napi-rs/canvas'
import { blendOver, type OverlayStyle } from '../display/blend.ts'
import { caveatText, noEvidenceText } from '../display/caveat.ts'
import { COLORMAP_SIZE, colormapFor } from '../display/colormap.ts'
import { formatValue, valueScale } from '../display/scale.ts'
import { pictureFont } from './fonts.ts'
import { shownImage } from './shown-image.ts'
import type { ExportAttribution, ExportPicture } from './types.ts'

/** Longer side of a pane in pixels; a smaller image keeps its size, or is enlarged to the width that the words need. */
const PANE = 800
const LEAST_PANE = 480
const MARGIN = 16
const FOOT = 92
const BAR = { width: 220, height: 10 } as const
const COLOURS = { ground: '#17181a', text: '#e8e8ea', faint: '#a9abb0' } as const

/** How the overlay of a saved picture looks; the same for every case, so that pictures can be laid side by side. */
const LOOK = { interpolation: 'bilinear', opacity: 0.6, threshold: 0, fade: true } as const satisfies Partial<OverlayStyle>

/** The words that stand below the map in a saved picture. */
export const pictureCaveat = ({ caveat }: Pick<ExportAttribution, 'caveat'>): string => caveatText(caveat, LOOK.interpolation)

/** The picture of `reviewCanvas` as PNG. */
export function reviewPicture(image: ExportPicture, map: ExportAttribution, heading: string): Buffer {
  return reviewCanvas(image, map, heading).toBuffer('image/png')
}

/**
 * Original and overlay side by side. Below them what the case is (`heading`), the map's caveat and a colour bar with
 * its range in numbers; where the map has no positive evidence, that is said in the overlay.
 */
export function reviewCanvas(image: ExportPicture, map: ExportAttribution, heading: string): Canvas {
  const original = pane(image)
  const { width, height } = original
  const scale = valueScale('image', map, map.values, null)
  const style: OverlayStyle = { ...LOOK, scale, colormap: colormapFor('', scale.signed ? 'diverging' : 'sequential') }
  const overlay = overlaid(original, image, map, style)

  const frame = Math.max(width, LEAST_PANE)
  const canvas = createCanvas(2 * frame + 3 * MARGIN, height + 2 * MARGIN + FOOT)
  const context = canvas.getContext('2d')
  context.fillStyle = COLOURS.ground
  context.fillRect(0, 0, canvas.width, canvas.height)
  const inset = (frame - width) / 2
  context.drawImage(original, MARGIN + inset, MARGIN)
  context.drawImage(overlay, 2 * MARGIN + frame + inset, MARGIN)
  if (map.noPositiveEvidence) say(context, noEvidenceText(map.className), { x: 2 * MARGIN + frame + 8, y: MARGIN + 24, width: frame - 16, plate: true })

  const top = height + 2 * MARGIN
  const barLeft = canvas.width - MARGIN - BAR.width
  say(context, heading, { x: MARGIN, y: top + 16, width: canvas.width - 2 * MARGIN, weight: 600 })
  say(context, `${map.className}${map.layer === null ? '' : `, layer ${map.layer}`}`, { x: MARGIN, y: top + 42, width: barLeft - 2 * MARGIN, faint: true })
  say(context, pictureCaveat(map), { x: MARGIN, y: top + 66, width: barLeft - 2 * MARGIN })
  colourBar(context, style, barLeft, top + 34)
  return canvas
}

/** The image at the pane's size with square pixels. */
function pane(image: ExportPicture): Canvas {
  const full = createCanvas(image.columns, image.rows)
  const context = full.getContext('2d')
  const data = context.createImageData(image.columns, image.rows)
  data.data.set(shownImage(image))
  context.putImageData(data, 0, 0)
  const tall = image.rows * image.pixelAspect
  const factor = Math.min(PANE / Math.max(image.columns, tall), Math.max(1, LEAST_PANE / image.columns))
  const small = createCanvas(Math.max(1, Math.round(image.columns * factor)), Math.max(1, Math.round(tall * factor)))
  const smallContext = small.getContext('2d')
  smallContext.imageSmoothingQuality = 'high'
  smallContext.drawImage(full, 0, 0, small.width, small.height)
  return small
}

function overlaid(original: Canvas, { rows, columns }: ExportPicture, map: ExportAttribution, style: OverlayStyle): Canvas {
  const { width, height } = original
  const pixels = original.getContext('2d').getImageData(0, 0, width, height)
  blendOver(pixels.data, width, height, [columns / width, rows / height], map.values, map, style)
  const canvas = createCanvas(width, height)
  canvas.getContext('2d').putImageData(pixels, 0, 0)
  return canvas
}

function colourBar(context: SKRSContext2D, { colormap: { table }, scale }: OverlayStyle, left: number, top: number) {
  for (let x = 0; x < BAR.width; x++) {
    const entry = Math.floor(x * COLORMAP_SIZE / BAR.width) * 3
    context.fillStyle = `rgb(${table[entry]}, ${table[entry + 1]}, ${table[entry + 2]})`
    context.fillRect(left + x, top, 1, BAR.height)
  }
  const y = top + BAR.height + 16
  const marks = scale.signed ? [scale.low, 0, scale.high] : [scale.low, scale.high]
  for (const [at, value] of marks.entries()) {
    const share = at / (marks.length - 1)
    const text = formatValue(value)
    say(context, text, { x: left + share * (BAR.width - measure(context, text, 12)), y, width: BAR.width, size: 12 })
  }
  say(context, `scale: ${scale.over}`, { x: left, y: y + 18, width: BAR.width, size: 12, faint: true })
}

interface Words { readonly x: number; readonly y: number; readonly width: number; readonly size?: number; readonly weight?: number; readonly faint?: boolean; readonly plate?: boolean }

/** Writes one line, cut with '…' where it does not fit. */
function say(context: SKRSContext2D, words: string, { x, y, width, size = 14, weight = 400, faint = false, plate = false }: Words): void {
  context.font = `${weight} ${size}px ${pictureFont()}`
  let text = words
  while (text.length > 1 && context.measureText(text).width > width) text = `${text.slice(0, -2)}…`
  if (plate) {
    const drawn = context.measureText(text).width
    context.fillStyle = 'rgba(0, 0, 0, 0.65)'
    context.fillRect(x - 6, y - size - 3, drawn + 12, size + 11)
  }
  context.fillStyle = faint ? COLOURS.faint : COLOURS.text
  context.fillText(text, x, y)
}

function measure(context: SKRSContext2D, text: string, size: number): number {
  context.font = `400 ${size}px ${pictureFont()}`
  return context.measureText(text).width
}
