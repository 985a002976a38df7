export type Line = readonly (readonly [number, number])[]

/** Letters as strokes in a unit box, y downwards. */
const GLYPHS = {
  A: [[[0.08, 1], [0.5, 0], [0.92, 1]], [[0.24, 0.64], [0.76, 0.64]]],
  B: [[[0.14, 0], [0.14, 1], [0.62, 1], [0.84, 0.88], [0.84, 0.62], [0.62, 0.5], [0.14, 0.5]], [[0.14, 0], [0.58, 0], [0.78, 0.12], [0.78, 0.38], [0.62, 0.5]]],
  E: [[[0.86, 0], [0.16, 0], [0.16, 1], [0.86, 1]], [[0.16, 0.5], [0.7, 0.5]]],
  H: [[[0.14, 0], [0.14, 1]], [[0.86, 0], [0.86, 1]], [[0.14, 0.5], [0.86, 0.5]]],
  K: [[[0.16, 0], [0.16, 1]], [[0.86, 0], [0.16, 0.58]], [[0.38, 0.4], [0.88, 1]]],
  L: [[[0.2, 0], [0.2, 1], [0.85, 1]]],
  N: [[[0.14, 1], [0.14, 0], [0.86, 1], [0.86, 0]]],
  O: [[[0.3, 0], [0.7, 0], [0.9, 0.2], [0.9, 0.8], [0.7, 1], [0.3, 1], [0.1, 0.8], [0.1, 0.2], [0.3, 0]]],
  R: [[[0.15, 1], [0.15, 0], [0.6, 0], [0.8, 0.12], [0.82, 0.3], [0.7, 0.46], [0.15, 0.5]], [[0.45, 0.5], [0.88, 1]]],
  U: [[[0.12, 0], [0.12, 0.8], [0.32, 1], [0.68, 1], [0.88, 0.8], [0.88, 0]]],
  W: [[[0.04, 0], [0.26, 1], [0.5, 0.25], [0.74, 1], [0.96, 0]]],
  X: [[[0.1, 0], [0.9, 1]], [[0.9, 0], [0.1, 1]]],
} as const satisfies Readonly<Record<string, readonly Line[]>>
export type Letter = keyof typeof GLYPHS

export const strokesOf = (letter: Letter): readonly Line[] => GLYPHS[letter]

/** The letter's strokes moved and scaled: its box has its upper left corner at (x, y). */
export const placedStrokes = (letter: Letter, x: number, y: number, width: number, height: number): Line[] =>
  GLYPHS[letter].map((line) => line.map(([u, v]) => [x + u * width, y + v * height] as const))

/** Distance of a point to the nearest of the strokes, in their unit. */
export function distanceToStrokes(strokes: readonly Line[], x: number, y: number): number {
  let least = Infinity
  for (const line of strokes) least = Math.min(least, distanceTo(line, x, y))
  return least
}

function distanceTo(line: Line, x: number, y: number): number {
  let least = Infinity
  for (let k = 1; k < line.length; k++) {
    const [ax, ay] = line[k - 1]
    const dx = line[k][0] - ax
    const dy = line[k][1] - ay
    const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
    least = Math.min(least, Math.hypot(x - ax - t * dx, y - ay - t * dy))
  }
  return least
}
