import { caveatText, noEvidenceText } from '../../../src-main/display/caveat.ts'
import type { Colormap } from '../../../src-main/display/colormap.ts'
import { displayTable } from '../../../src-main/display/grayscale.ts'
import { valueScale } from '../../../src-main/display/scale.ts'
import { chooseRenderer } from '../../render/choose-renderer.ts'
import { greyTable } from '../../render/grey-table.ts'
import { multiply, scaling } from '../../render/matrix.ts'
import { overlayLayer } from '../../render/overlay-layer.ts'
import { paintPane } from '../../render/paint-pane.ts'
import { FITTED, viewMatrix } from '../../render/view.ts'
import type { DisplaySettings } from '../compare/display-store.ts'
import type { LoadedImage, LoadedMap } from '../compare/load-case.ts'
import { registrationOf } from '../compare/probe.ts'
import { FILE_WINDOW, voiChoice } from '../compare/window-choice.ts'

export interface MapLook extends Pick<DisplaySettings, 'interpolation' | 'fade' | 'opacity'> { readonly colormap: (kind: Colormap['kind']) => Colormap }

/** An image, fitted and in its file's window, and over it one map on a scale of its own with its caveat; map null: the image alone. */
export function paintMapPane(canvas: HTMLCanvasElement, { record, pixels }: LoadedImage, map: LoadedMap | null, look: MapLook): void {
  const pixelRatio = window.devicePixelRatio
  const size = { width: canvas.clientWidth, height: canvas.clientHeight }
  ;[canvas.width, canvas.height] = [Math.round(size.width * pixelRatio), Math.round(size.height * pixelRatio)]
  const matrix = viewMatrix(FITTED, { width: record.columns, height: record.rows, aspect: record.pixelAspect }, size)
  const renderer = chooseRenderer()
  const table = record.grayscale && greyTable(displayTable(record.grayscale, voiChoice(FILE_WINDOW, record)), false)
  const grey = pixels.kind === 'grey' && table ? renderer.draw({ image: pixels, table, toScreen: multiply(scaling(pixelRatio, pixelRatio), matrix), size: { width: canvas.width, height: canvas.height }, smooth: true }) : null
  paintPane(canvas.getContext('2d', { alpha: false })!, { size, pixelRatio, matrix, grey, image: pixels, smooth: true, input: null, outline: null, ...overlaid(map, look) })
  renderer.dispose()
}

function overlaid(map: LoadedMap | null, { colormap: colormapOf, interpolation, fade, opacity }: MapLook): Pick<Parameters<typeof paintPane>[1], 'overlay' | 'caption'> {
  if (map === null) return { overlay: null, caption: null }
  const { record, values } = map
  const scale = valueScale('image', record, values, null)
  const colormap = colormapOf(record.signed ? 'diverging' : 'sequential')
  const statement = record.noPositiveEvidence ? noEvidenceText(record.className) : null
  const layer = overlayLayer(values, registrationOf(record), { colormap, scale, interpolation, opacity: 1, threshold: 0, fade }, document.createElement('canvas'))
  return { overlay: layer && { layer, opacity }, caption: { title: `Evidence for ‘${record.className}’`, lines: [caveatText(record.caveat, interpolation)], statement, bar: { colormap, scale, threshold: 0 } } }
}
