import type { Affine } from '../../src-main/tensor/affine.ts'

/** x' = a·x + c·y + e, y' = b·x + d·y + f, as in SVG and Canvas 2D. */
export interface Matrix { readonly a: number; readonly b: number; readonly c: number; readonly d: number; readonly e: number; readonly f: number }
export type Point = readonly [number, number]

export const IDENTITY_MATRIX: Matrix = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 }

export function translation(e: number, f: number): Matrix {
  return { a: 1, b: 0, c: 0, d: 1, e, f }
}
export function scaling(a: number, d: number): Matrix {
  return { a, b: 0, c: 0, d, e: 0, f: 0 }
}
export function fromAffine({ scaleX, scaleY, offsetX, offsetY }: Affine): Matrix {
  return { a: scaleX, b: 0, c: 0, d: scaleY, e: offsetX, f: offsetY }
}

/** The last matrix is applied first. */
export function multiply(...matrices: readonly Matrix[]): Matrix {
  return matrices.reduce((m, n) => ({
    a: m.a * n.a + m.c * n.b,
    b: m.b * n.a + m.d * n.b,
    c: m.a * n.c + m.c * n.d,
    d: m.b * n.c + m.d * n.d,
    e: m.a * n.e + m.c * n.f + m.e,
    f: m.b * n.e + m.d * n.f + m.f,
  }))
}

export function invert({ a, b, c, d, e, f }: Matrix): Matrix {
  const determinant = a * d - b * c
  return {
    a: d / determinant,
    b: -b / determinant,
    c: -c / determinant,
    d: a / determinant,
    e: (c * f - d * e) / determinant,
    f: (b * e - a * f) / determinant,
  }
}

export function apply({ a, b, c, d, e, f }: Matrix, [x, y]: Point): Point {
  return [a * x + c * y + e, b * x + d * y + f]
}

export function toSvg({ a, b, c, d, e, f }: Matrix): string {
  return `matrix(${a} ${b} ${c} ${d} ${e} ${f})`
}
