/** sweeps of relaxation on each grid: the coarser one has left only what a few take away */
const SWEEPS = 12
/** over-relaxation (Young 1954); below 2, and less on grids this small */
const OMEGA = 1.6
/** below this side a grid is relaxed as it is */
const COARSEST = 6

/**
 * Fills unknown pixels so that each is the mean of its four neighbours, known or filled (Laplace's equation), from the coarsest grid to the finest
 * (cascadic multigrid, Bornemann and Deuflhard 1996). In place; pixels beyond the border count as nothing. Where nothing is known, all become 0.
 *
 * values: [rows, columns]; unknown: 1 where it has to be filled.
 */
export function fillHarmonic(values: Float32Array, unknown: Uint8Array, rows: number, columns: number): void {
  const open: number[] = []
  for (let i = 0; i < unknown.length; i++) if (unknown[i] !== 0) open.push(i)
  if (open.length === 0) return
  if (open.length === unknown.length) {
    values.fill(0)
    return
  }
  guess(values, unknown, open, rows, columns)
  for (let sweep = 0; sweep < SWEEPS; sweep++) relax(values, open, rows, columns)
}

/** The solution of a grid of half the size; on the coarsest one, the mean of what is known. */
function guess(values: Float32Array, unknown: Uint8Array, open: readonly number[], rows: number, columns: number): void {
  if (Math.max(rows, columns) <= COARSEST) {
    let sum = 0
    for (let i = 0; i < values.length; i++) if (unknown[i] === 0) sum += values[i]
    for (const i of open) values[i] = sum / (values.length - open.length)
    return
  }
  const [halfRows, halfColumns] = [Math.ceil(rows / 2), Math.ceil(columns / 2)]
  const coarse = new Float32Array(halfRows * halfColumns)
  const counts = new Uint8Array(coarse.length)
  const parent = (i: number): number => (Math.floor(i / columns) >> 1) * halfColumns + ((i % columns) >> 1)
  for (let i = 0; i < values.length; i++) {
    if (unknown[i] !== 0) continue
    coarse[parent(i)] += values[i]
    counts[parent(i)]++
  }
  for (let i = 0; i < coarse.length; i++) if (counts[i] > 0) coarse[i] /= counts[i]
  fillHarmonic(coarse, counts.map((count) => Number(count === 0)), halfRows, halfColumns)
  for (const i of open) values[i] = coarse[parent(i)]
}

function relax(values: Float32Array, open: readonly number[], rows: number, columns: number): void {
  for (const i of open) {
    const column = i % columns
    let sum = 0
    let count = 0
    if (column > 0) { sum += values[i - 1]; count++ }
    if (column < columns - 1) { sum += values[i + 1]; count++ }
    if (i >= columns) { sum += values[i - columns]; count++ }
    if (i + columns < rows * columns) { sum += values[i + columns]; count++ }
    values[i] += OMEGA * (sum / count - values[i])
  }
}
