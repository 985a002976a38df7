import { apply, invert, multiply, scaling, translation, type Matrix, type Point } from './matrix.ts'

/** One of the eight ways an image can lie on the screen: columns of a matrix of 0 and ±1. */
export interface Orientation { readonly a: number; readonly b: number; readonly c: number; readonly d: number }
export const UPRIGHT: Orientation = { a: 1, b: 0, c: 0, d: 1 }

export interface Size { readonly width: number; readonly height: number }
export interface ImageSize extends Size {
  /** height of a pixel over its width */
  readonly aspect: number
}

/** What both panes show of the image; one view drives all of them. */
export interface View {
  /** screen pixels to the width of an image pixel; 'fit': all of the image, also after the pane changed its size */
  readonly zoom: number | 'fit'
  /** the image point in the pane's middle, in image pixels; null: the image's middle */
  readonly center: Point | null
  readonly orientation: Orientation
}
export const FITTED: View = { zoom: 'fit', center: null, orientation: UPRIGHT }

export const LEAST_ZOOM = 0.01
export const GREATEST_ZOOM = 64

const asMatrix = ({ a, b, c, d }: Orientation): Matrix => ({ a, b, c, d, e: 0, f: 0 })
const turned = (by: Orientation, { a, b, c, d }: Orientation): Orientation => ({
  // + 0: no negative zeros
  a: by.a * a + by.c * b + 0, b: by.b * a + by.d * b + 0, c: by.a * c + by.c * d + 0, d: by.b * c + by.d * d + 0,
})

/** The zoom at which the whole image lies in the pane. */
export function fitZoom({ orientation: { a } }: Pick<View, 'orientation'>, image: ImageSize, pane: Size): number {
  const height = image.height * image.aspect
  const [across, down] = a === 0 ? [height, image.width] : [image.width, height]
  return Math.min(pane.width / across, pane.height / down)
}

export function zoomOf(view: View, image: ImageSize, pane: Size): number {
  return view.zoom === 'fit' ? fitZoom(view, image, pane) : view.zoom
}
const centerOf = (view: View, image: ImageSize): Point => view.center ?? [image.width / 2, image.height / 2]

/** Image pixels → pane pixels: the one matrix for image, heat map, regions and probe. */
export function viewMatrix(view: View, image: ImageSize, pane: Size): Matrix {
  const zoom = zoomOf(view, image, pane)
  const [x, y] = centerOf(view, image)
  return multiply(translation(pane.width / 2, pane.height / 2), scaling(zoom, zoom), asMatrix(view.orientation), scaling(1, image.aspect), translation(-x, -y))
}

/** `at` (a pane pixel) keeps its image point. */
export function zoomBy(view: View, factor: number, at: Point, image: ImageSize, pane: Size): View {
  const zoom = Math.min(GREATEST_ZOOM, Math.max(LEAST_ZOOM, zoomOf(view, image, pane) * factor))
  const under = apply(invert(viewMatrix(view, image, pane)), at)
  const zoomed: View = { ...view, zoom, center: centerOf(view, image) }
  const now = apply(invert(viewMatrix(zoomed, image, pane)), at)
  return { ...zoomed, center: [zoomed.center![0] + under[0] - now[0], zoomed.center![1] + under[1] - now[1]] }
}

/** Moves the image by pane pixels. */
export function panBy(view: View, dx: number, dy: number, image: ImageSize, pane: Size): View {
  const back = invert(viewMatrix(view, image, pane))
  const from = apply(back, [0, 0])
  const to = apply(back, [dx, dy])
  const [x, y] = centerOf(view, image)
  return { ...view, zoom: zoomOf(view, image, pane), center: [x + from[0] - to[0], y + from[1] - to[1]] }
}

/** One image pixel on one pixel of the screen, about the pane's middle. */
export function oneToOne(view: View, image: ImageSize, pixelRatio: number): View {
  return { ...view, zoom: 1 / pixelRatio, center: centerOf(view, image) }
}

/** A quarter turn as it is seen on the screen, clockwise. */
export function turnRight(view: View): View {
  return { ...view, orientation: turned({ a: 0, b: 1, c: -1, d: 0 }, view.orientation) }
}
export function turnLeft(view: View): View {
  return { ...view, orientation: turned({ a: 0, b: -1, c: 1, d: 0 }, view.orientation) }
}
export function flipAcross(view: View): View {
  return { ...view, orientation: turned({ a: -1, b: 0, c: 0, d: 1 }, view.orientation) }
}
export function flipDown(view: View): View {
  return { ...view, orientation: turned({ a: 1, b: 0, c: 0, d: -1 }, view.orientation) }
}

/** 'upright', 'turned 90°', 'mirrored', 'mirrored, turned 90°': a mirrored image must not pass unnoticed. */
export function orientationText({ a, b, c, d }: Orientation): string {
  const mirrored = a * d - b * c < 0
  const degrees = (Math.round(Math.atan2(mirrored ? -b : b, mirrored ? -a : a) / (Math.PI / 2)) * 90 + 360) % 360
  return [mirrored ? 'mirrored' : '', degrees === 0 ? '' : `turned ${degrees}°`].filter(Boolean).join(', ') || 'upright'
}
