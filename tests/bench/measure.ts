export interface BenchRow { readonly what: string; readonly value: number; readonly unit: string; readonly goal?: number | string }
export interface BenchReport { readonly name: string; readonly rows: readonly BenchRow[] }

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}
export const median = (values: readonly number[]): number => percentile(values, 0.5)

/** How long one call takes, in ms. */
export async function timed(work: () => Promise<unknown> | unknown): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** What ran before keeps threads spinning for a while, in wait of more work. */
const REST_MS = 40

/**
 * Medians in ms of several things, each done once a round in turn and after a rest, so that what disturbs the machine disturbs all alike. The
 * first round is for warmth.
 */
export async function interleaved<K extends string>(rounds: number, works: Readonly<Record<K, () => Promise<number>>>): Promise<Record<K, number>> {
  const names = Object.keys(works) as K[]
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>
  for (let round = 0; round <= rounds; round++)
    for (const name of names) {
      await new Promise((resolve) => setTimeout(resolve, REST_MS))
      const ms = await works[name]()
      if (round > 0) times[name].push(ms)
    }
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<K, number>
}

export interface Timing { readonly median: number; readonly fastest: number; readonly rounds: number }

const FEWEST_ROUNDS = 5
const MOST_ROUNDS = 60

/**
 * As `interleaved`, in as many rounds as the given time has room for, and each round begins with another of the things: what comes first finds other
 * caches than what comes second. `fastest` is what is left of the machine's other work.
 */
export async function interleavedFor<K extends string>(seconds: number, works: Readonly<Record<K, () => Promise<number>>>): Promise<Record<K, Timing>> {
  const names = Object.keys(works) as K[]
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>
  const end = performance.now() + seconds * 1000
  for (let round = 0; round <= MOST_ROUNDS && (round <= FEWEST_ROUNDS || performance.now() < end); round++)
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length]
      await new Promise((resolve) => setTimeout(resolve, REST_MS))
      const ms = await works[name]()
      if (round > 0) times[name].push(ms)
    }
  return Object.fromEntries(names.map((name) => [name, { median: median(times[name]), fastest: Math.min(...times[name]), rounds: times[name].length }])) as Record<K, Timing>
}
