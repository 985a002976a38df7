/**
 * Shapes in which only the batch is unknown: every dimension is perSample·N + fixed.
 * A model whose batch is fixed has numbers throughout.
 */
export interface BatchDim { readonly perSample: number; readonly fixed: number }
export type Dim = number | BatchDim
export type Shape = readonly Dim[]

export function isStatic(dim: Dim): dim is number {
  return typeof dim === 'number'
}

export function sameDim(a: Dim, b: Dim): boolean {
  if (isStatic(a) || isStatic(b)) return a === b
  return a.perSample === b.perSample && a.fixed === b.fixed
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => sameDim(dim, b[axis]))
}

/** The dimension that is `two` at batch 2 and `three` at batch 3. */
export function dimFrom(two: number, three: number): Dim {
  if (two === three) return two
  const perSample = three - two
  return { perSample, fixed: two - 2 * perSample }
}

export function shapeFrom(two: readonly number[], three: readonly number[]): Shape | null {
  return two.length === three.length ? two.map((dim, axis) => dimFrom(dim, three[axis])) : null
}

/** The product of dimensions, at most one of them the batch's. Null where the result is not perSample·N + fixed. */
export function product(dims: Shape): Dim | null {
  let total: Dim = 1
  for (const dim of dims) {
    if (isStatic(total)) total = isStatic(dim) ? total * dim : { perSample: dim.perSample * total, fixed: dim.fixed * total }
    else if (isStatic(dim)) total = { perSample: total.perSample * dim, fixed: total.fixed * dim }
    else return null
  }
  return total
}

export function formatShape(shape: Shape): string {
  return `[${shape.map((dim) => (isStatic(dim) ? String(dim) : formatBatchDim(dim))).join(', ')}]`
}

function formatBatchDim({ perSample, fixed }: BatchDim): string {
  return `${perSample === 1 ? '' : perSample}N${fixed === 0 ? '' : fixed > 0 ? `+${fixed}` : fixed}`
}
