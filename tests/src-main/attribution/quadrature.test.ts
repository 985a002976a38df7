import { describe, expect, it } from 'vitest'
import { gaussLegendre } from '../../../src-main/attribution/quadrature.ts'

describe('Gauss–Legendre quadrature', () => {
  it('is exact for polynomials up to degree 2n − 1', () => {
    for (const count of [1, 2, 5, 12, 50]) {
      const { nodes, weights } = gaussLegendre(count)
      for (const degree of [0, 1, count, 2 * count - 1]) {
        const integral = weights.reduce((sum, weight, i) => sum + weight * nodes[i] ** degree, 0)
        expect(integral).toBeCloseTo(1 / (degree + 1), 12)
      }
    }
  })

  it('has its nodes in order within the interval', () => {
    const { nodes } = gaussLegendre(50)
    expect([...nodes]).toEqual([...nodes].sort((a, b) => a - b))
    expect(nodes[0]).toBeGreaterThan(0)
    expect(nodes[49]).toBeLessThan(1)
  })
})
