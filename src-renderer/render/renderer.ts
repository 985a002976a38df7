import type { GreyTable } from './grey-table.ts'
import type { Matrix } from './matrix.ts'
import type { Pyramid } from './pyramid.ts'
import type { Size } from './view.ts'

export interface GreyImage { readonly kind: 'grey'; readonly columns: number; readonly rows: number; readonly pyramid: Pyramid }
/** Colour knows no window: drawn as it is. */
export interface ColourImage { readonly kind: 'colour'; readonly columns: number; readonly rows: number; readonly canvas: HTMLCanvasElement }
export type PixelImage = GreyImage | ColourImage

/** One frame of one grey image. Sizes and the matrix are in screen pixels (not CSS pixels). */
export interface GreyFrame {
  readonly image: GreyImage
  readonly table: GreyTable
  readonly toScreen: Matrix
  readonly size: Size
  /** false: hard pixel borders where enlarged */
  readonly smooth: boolean
}

/**
 * Draws the grey image of a pane. What comes back is the renderer's own canvas and holds until its next `draw`;
 * both panes of a pair copy it, so that a window change is computed once.
 */
export interface Renderer {
  readonly name: 'canvas-2d' | 'webgl2'
  /** the drawn area is the canvas's upper left part of the frame's size */
  draw(frame: GreyFrame): HTMLCanvasElement
  /** an image that will not be drawn again for a while */
  forget(image: GreyImage): void
  dispose(): void
}
