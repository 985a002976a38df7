import { expect, test } from 'vitest'
import { analysePattern } from '../../../src-main/compute/patterns-client.ts'
import { ClustersRequest, MapsRequest } from '../../../src-main/contract/patterns.ts'
import { NO_FILTER } from '../../../src-main/contract/records.ts'
import type { MapsInput } from '../../../src-main/patterns/maps.ts'
import { normal } from '../../../src-main/tensor/random.ts'
import { untilGone } from '../../fixtures/compute.ts'
import { mortalPatterns } from '../../fixtures/patterns/mortal-patterns.ts'
import { stackOf } from '../../fixtures/patterns/map-stack.ts'

/** Two groups of noise, one of which lights up in a corner. */
function input(permutations: number): MapsInput {
  const noise = normal(1)
  const count = 80
  const maps = Array.from({ length: count }, (_, i) => Float32Array.from({ length: 49 }, (__, cell) => Math.max(0, 1 + 0.3 * noise() + (i % 2 === 0 && cell === 6 ? 3 : 0))))
  const group = (key: string, n: number) => ({ key, name: key, parts: [], filterId: null, filter: NO_FILTER, n })
  const half = (odd: number) => ({ group: group(odd === 0 ? 'north' : 'south', count / 2), rows: Uint32Array.from({ length: count / 2 }, (_, i) => 2 * i + odd) })
  return {
    request: MapsRequest.parse({ by: { columns: ['group:site'] }, attribution: {}, permutations }),
    ids: Int32Array.from({ length: count }, (_, i) => i + 1), patients: new Int32Array(count).fill(-1), all: group('all', count), groups: [half(0), half(1)],
    maps: stackOf(maps, [7, 7]), signed: false,
    positions: { views: Array<string>(count).fill('PA'), aspects: new Float32Array(count).fill(1), bodies: null }, zones: { names: [], shares: new Float32Array() },
  }
}

test('cancelling ends the process, not only the wait', async () => {
  const host = mortalPatterns(() => false)
  const control = new AbortController()
  const worked = analysePattern(host, 'maps', input(100_000), { signal: control.signal, onProgress: () => control.abort() })
  await expect(worked).rejects.toMatchObject({ code: 'cancelled' })
  await untilGone(host.pids[0])
})

test('a call that is cancelled before it begins starts no process', async () => {
  const host = mortalPatterns(() => false)
  await expect(analysePattern(host, 'maps', input(99), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
  expect(host.pids).toEqual([])
})

test.each(['ready', 'progress'])('a process that is killed when it says %s is told of in words that say what to do, and the next one works', async (when) => {
  const host = mortalPatterns((message, start) => start === 0 && message.kind === when)
  await expect(analysePattern(host, 'maps', input(50_000))).rejects.toMatchObject({ code: 'compute-crashed', message: expect.stringMatching(/ended by itself \(SIGKILL\).*choose fewer cases/) as string })
  const { differences: [difference] } = await analysePattern(host, 'maps', input(199))
  expect(difference).toMatchObject({ isSignificant: true, p: 0.005 })
  await Promise.all(host.pids.map(untilGone))
})

test('what an analysis refuses comes through with its code, and its process ends', async () => {
  const host = mortalPatterns(() => false)
  const { ids, maps } = input(99)
  maps.values.fill(0)
  const cases = { ids, patients: new Int32Array(80), labels: new Int32Array(80), predicted: new Int32Array(80), scores: new Float32Array(80), verdicts: new Int8Array(80).fill(-1) }
  await expect(analysePattern(host, 'clusters', { request: ClustersRequest.parse({ attribution: {} }), cases, maps, features: null, columns: [], suspicion: null })).rejects.toMatchObject({ code: 'bad-filter', message: expect.stringContaining('at least 4') as string })
  await untilGone(host.pids[0])
})
