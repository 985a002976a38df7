/**
 * Axis-aligned maps between two pixel grids: (x, y) → (scaleX·x + offsetX, scaleY·y + offsetY).
 * (0, 0) is the upper left corner of the first pixel, so that pixel centres are at +0.5.
 */
export interface Affine { readonly scaleX: number; readonly scaleY: number; readonly offsetX: number; readonly offsetY: number }

export const IDENTITY: Affine = { scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 }

export function applyAffine(affine: Affine, x: number, y: number): [number, number] {
  return [affine.scaleX * x + affine.offsetX, affine.scaleY * y + affine.offsetY]
}

export function invertAffine({ scaleX, scaleY, offsetX, offsetY }: Affine): Affine {
  return { scaleX: 1 / scaleX, scaleY: 1 / scaleY, offsetX: -offsetX / scaleX, offsetY: -offsetY / scaleY }
}

/** `after` ∘ `first` */
export function composeAffine(after: Affine, first: Affine): Affine {
  return {
    scaleX: after.scaleX * first.scaleX,
    scaleY: after.scaleY * first.scaleY,
    offsetX: after.scaleX * first.offsetX + after.offsetX,
    offsetY: after.scaleY * first.offsetY + after.offsetY,
  }
}
