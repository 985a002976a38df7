import type { Outline } from '../contract/causal.ts'

/** Where a token stands, in shares of the image's sides; `size` is its height. */
export interface TokenPlace { readonly x: number; readonly y: number; readonly size: number }

/** a framed letter, as markers are: seven lines of seven */
const TOKEN = ['#######', '#.....#', '#.#...#', '#.#...#', '#.###.#', '#.....#', '#######']

/** The pixels that the token covers, within the image. */
export function tokenPixels(rows: number, columns: number, { x, y, size }: TokenPlace): number[] {
  const cell = Math.max(1, (size * rows) / TOKEN.length)
  const pixels: number[] = []
  for (let row = Math.max(0, Math.floor(y * rows)); row < Math.min(rows, y * rows + cell * TOKEN.length); row++)
    for (let column = Math.max(0, Math.floor(x * columns)); column < Math.min(columns, x * columns + cell * TOKEN.length); column++) {
      const [line, letter] = [Math.floor((row - y * rows) / cell), Math.floor((column - x * columns) / cell)]
      if (TOKEN[line]?.[letter] === '#') pixels.push(row * columns + column)
    }
  return pixels
}

/** The box around it, in image pixels. */
export function tokenOutline(rows: number, columns: number, { x, y, size }: TokenPlace): Outline {
  const side = Math.max(TOKEN.length, size * rows)
  const [left, top] = [x * columns, y * rows]
  return [[[left, top], [left + side, top], [left + side, top + side], [left, top + side]]]
}
