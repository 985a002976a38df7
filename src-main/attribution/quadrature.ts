/**
 * Gauss–Legendre nodes and weights on [0, 1]: exact for polynomials up to degree 2n − 1.
 * Newton's iteration on the Legendre polynomials (Press et al., Numerical Recipes, 4.6).
 */
export function gaussLegendre(count: number): { nodes: Float64Array; weights: Float64Array } {
  const nodes = new Float64Array(count)
  const weights = new Float64Array(count)
  for (let i = 0; i < Math.ceil(count / 2); i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5))
    let slope = 0
    for (let step = 0; step < 100; step++) {
      const { value, derivative } = legendre(count, x)
      slope = derivative
      const change = value / derivative
      x -= change
      if (Math.abs(change) < 1e-15) break
    }
    const weight = 1 / ((1 - x * x) * slope * slope)
    nodes[i] = (1 - x) / 2
    nodes[count - 1 - i] = (1 + x) / 2
    weights[i] = weights[count - 1 - i] = weight
  }
  return { nodes, weights }
}

function legendre(degree: number, x: number): { value: number; derivative: number } {
  let [before, value] = [1, x]
  for (let n = 2; n <= degree; n++) [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n]
  return { value, derivative: (degree * (x * value - before)) / (x * x - 1) }
}
