import { RANDOMISATION_VERDICTS, type MeanInterval, type RandomisationReport, type RandomisationVerdict, type Similarity } from '../contract/evidence.ts'
import { extent } from '../tensor/statistics.ts'
import { randomOrders } from './cells.ts'
import { spearman, ssim } from './similarity.ts'
import { meanInterval } from '../statistics/mean-interval.ts'

/** Model-parameter randomisation (Adebayo et al., NeurIPS 2018, sec. 3): what becomes of a map when the weights are made random from the scores down. */

interface MapOf { readonly grid: readonly [number, number]; readonly values: Float32Array }
interface Alike { readonly spearman: number; readonly spearmanSigned: number; readonly ssim: number }

/** How many layers from the scores down are random at each point of the curve: the first, the last, and others evenly between. */
export function cascade(layers: number, points: number): number[] {
  const count = Math.min(layers, points)
  return Array.from({ length: count }, (_, i) => count === 1 ? layers : Math.round(1 + (i * (layers - 1)) / (count - 1)))
}

/** A map of a random model beside that of the trained one; of another size it is no like map at all. */
export function alike(trained: MapOf, random: MapOf): Alike {
  const absolute = ({ values }: MapOf): Float32Array => values.map(Math.abs)
  return {
    spearman: spearman(absolute(trained), absolute(random)),
    spearmanSigned: spearman(trained.values, random.values),
    ssim: ssim(trained.values, random.values, trained.grid),
  }
}

/** `byCase`: what was found for each case, one for each draw. The interval is over cases, each with the mean of its draws. */
export function similarityOf(byCase: readonly (readonly Alike[])[]): Similarity {
  const over = (name: keyof Alike): MeanInterval => meanInterval(byCase.map((draws) => extent(draws.map((draw) => draw[name])).mean))!
  return { spearman: over('spearman'), spearmanSigned: over('spearmanSigned'), ssim: over('ssim') }
}

const CONTROL_DRAWS = 20

/** How alike a map is to itself with its cells in random order. */
export function shuffledAlike(map: MapOf, seed: number): Alike[] {
  return randomOrders(map.values.length, CONTROL_DRAWS, seed).map((order) => alike(map, { grid: map.grid, values: Float32Array.from(order, (cell) => map.values[cell]) }))
}

/** Half the ranks' variance: above it, a map that knows nothing of the weights tells most of what this one does. */
const LIMIT = 0.5

/**
 * From the maps of the wholly random models. The paper sets no limit; ours is a rank correlation of 0.5, and the interval over
 * cases has to lie on one side of it.
 */
export function verdictOf({ mean, low, high }: MeanInterval): RandomisationVerdict {
  if ((high ?? mean) < LIMIT) return 'changes'
  return (low ?? mean) > LIMIT ? 'hardly' : 'unclear'
}

/** from here on a map has not taken notice of what was made random */
const UNTOUCHED = 0.95

/** The verdict with its numbers, for people. */
export function verdictWords(verdict: RandomisationVerdict, { points, control, cases, draws }: Pick<RandomisationReport, 'points' | 'control' | 'cases' | 'draws'>): string {
  const { spearman: last, flat, maps } = points.at(-1)!
  const [first] = points
  const interval = last.low === null ? '' : ` (${number(last.low)} … ${number(last.high!)})`
  const counted = `${cases.length} ${cases.length === 1 ? 'case' : 'cases'} and ${draws} ${draws === 1 ? 'random model' : 'random models'}`
  const gone = flat > 0 ? ` Of ${maps} maps of random models ${flat} are the same everywhere.` : ''
  const top = first.depth < points.at(-1)!.depth && first.spearman.mean > UNTOUCHED ? ` With the last layer alone random it stays as it was (${number(first.spearman.mean)}): it does not tell which class the evidence is for.` : ''
  return `${RANDOMISATION_VERDICTS[verdict]} Rank correlation with the trained model's map once all weights are random: ${number(last.mean)}${interval}, over ${counted}; cells in random order give ${number(control.spearman.mean)}.${top}${gone}`
}

const number = (value: number): string => value.toFixed(2).replace('-', '−')
