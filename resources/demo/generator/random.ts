import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Draws of one named stream. Two streams of one subject never disturb one another. */
export interface Random {
  uniform(low: number, high: number): number
  /** both ends included */
  integer(low: number, high: number): number
  normal(mean: number, deviation: number): number
  chance(probability: number): boolean
  pick<T>(choices: readonly T[]): T
  /** a key of the table, with a probability proportional to its weight */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K
}

/**
 * The stream named by `path` under `seed`. Because every part of a study has a stream of its own, a change of one
 * part (a planted shortcut, say) leaves every other part of the same study as it was.
 */
export function randomStream(seed: number, ...path: readonly (string | number)[]): Random {
  const generator = xoroshiro128plus(fnv1a([seed, ...path].join('/')))
  const unit = (): number => uniformFloat64(generator)
  const uniform = (low: number, high: number): number => low + (high - low) * unit()
  return {
    uniform,
    integer: (low, high) => low + Math.floor(unit() * (high - low + 1)),
    // Box and Muller 1958; 1 − u keeps the logarithm finite
    normal: (mean, deviation) => mean + deviation * Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    chance: (probability) => unit() < probability,
    pick: (choices) => choices[Math.floor(unit() * choices.length)],
    weighted: (weights) => {
      const rows = Object.entries(weights) as [keyof typeof weights, number][]
      let left = unit() * rows.reduce((sum, [, weight]) => sum + weight, 0)
      return (rows.find(([, weight]) => (left -= weight) < 0) ?? rows[rows.length - 1])[0]
    },
  }
}

/** FNV-1a, 32 bits, of the text's UTF-16 units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash | 0
}
