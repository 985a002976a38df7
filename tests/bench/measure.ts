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
