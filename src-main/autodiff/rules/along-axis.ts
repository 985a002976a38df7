import type { Emitter } from '../emitter.ts'
import type { Shape } from '../shapes.ts'

/** Beyond this a one-hot matrix would outweigh the model. */
const MAX_MATRIX = 1 << 24

/**
 * Gradient of `y = x[…, indices, …]` along one axis: what came from an element goes back to it, zeros elsewhere.
 * `shape` is dy's, `size` the length of the axis in x. Fails (null) if a matrix would be needed and is too large.
 */
export function scatterAlong(emit: Emitter, dy: string, shape: Shape, axis: number, indices: readonly number[], size: number): string | null {
  const still = shape.map(() => 0)
  if (indices.every((at, i) => at === indices[0] + i)) {
    return emit.pad(dy, still.with(axis, indices[0] ?? 0), still.with(axis, size - indices.length - (indices[0] ?? 0)))
  }
  if (new Set(indices).size === indices.length) {
    // Each element was read once at most: read dy in the opposite order, and a zero behind it for what was not read.
    const inverse = Array.from({ length: size }, () => indices.length)
    indices.forEach((at, i) => { inverse[at] = i })
    const complete = indices.length === size
    return emit.gather(complete ? dy : emit.pad(dy, still, still.with(axis, 1)), axis, inverse)
  }
  if (indices.length * size > MAX_MATRIX) return null
  const matrix = new Float64Array(indices.length * size)
  indices.forEach((at, i) => { matrix[i * size + at] = 1 })
  return applyAlong(emit, dy, shape, axis, matrix, size)
}

/** dy times a row-major [length of the axis, size] matrix along one axis. */
export function applyAlong(emit: Emitter, dy: string, shape: Shape, axis: number, matrix: ArrayLike<number>, size: number): string {
  const constant = emit.tensor([matrix.length / size, size], matrix)
  const last = shape.length - 1
  const swap = shape.map((_, i) => (i === axis ? last : i === last ? axis : i))
  return emit.transpose(emit.matmul(emit.transpose(dy, swap), constant), swap)
}
