import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { providerOrder } from '../../../src-main/model/providers.ts'
import { childHost } from '../../../src-main/compute/child-host.ts'
import { createCompute } from '../../../src-main/compute/supervisor.ts'
import type { AnalyzeItem, AnalyzeResult, ComputeClient, ComputeHost } from '../../../src-main/compute/types.ts'
import { GRADCAM, makeStudies, mortalHost, tinyProfile, untilGone, type Studies } from '../../fixtures/compute.ts'

const studies: Studies = makeStudies(12)
/** for what does not end it: starting a process takes most of a test's time */
let shared: ReturnType<typeof createCompute>
let compute: ComputeClient | null = null

beforeAll(async () => {
  shared = createCompute(childHost())
  await shared.open({ file: studies.model, profile: tinyProfile(), provider: 'cpu' })
})
afterEach(async () => {
  await compute?.close()
  compute = null
})
afterAll(async () => {
  await shared.close()
  studies.remove()
})

async function opened(host: ComputeHost): Promise<ComputeClient> {
  compute = createCompute(host)
  await compute.open({ file: studies.model, profile: tinyProfile(), provider: 'cpu' })
  return compute
}

async function analyzed(client: ComputeClient, items: readonly AnalyzeItem[], options: { batchSize?: number } = {}): Promise<AnalyzeResult[]> {
  const results: AnalyzeResult[] = []
  await client.analyze(items, { onResult: (result) => results.push(result), ...options })
  expect(results.map(({ key }) => key).sort((a, b) => a - b)).toEqual(items.map(({ key }) => key))
  return results.sort((a, b) => a.key - b.key)
}

describe('the compute process', () => {
  it('gives scores and a Grad-CAM map of every item, each once', async () => {
    const results = await analyzed(shared, studies.items)
    for (const result of results) {
      if (result.state !== 'done') throw new Error(result.error.message)
      expect(result.logits.length).toBe(3)
      expect(result.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5)
      expect(result.logits[result.predicted]).toBe(Math.max(...result.logits))
      expect(result.attributions[0]).toMatchObject({ method: 'gradcam', layer: 'relu_last', classIndex: result.predicted, grid: [8, 8], signed: false })
      expect(result.attributions[0].values.length).toBe(64)
      expect(Math.min(...result.attributions[0].values)).toBeGreaterThanOrEqual(0)
      expect(result).toMatchObject({ provider: 'cpu', crashes: 0, inputWidth: 16, inputHeight: 16 })
      expect(result.affine).toEqual({ scaleX: 16 / 24, scaleY: 16 / 20, offsetX: 0, offsetY: 0 })
    }
  })

  it('has a lower priority than the program whose window it works for', () => {
    expect(getPriority(shared.pid!)).toBeGreaterThan(getPriority())
  })

  it('gives the same numbers whatever the size of a batch', async () => {
    const client = shared
    const [single, many] = [await analyzed(client, studies.items, { batchSize: 1 }), await analyzed(client, studies.items, { batchSize: 5 })]
    single.forEach((one, i) => {
      const other = many[i]
      if (one.state !== 'done' || other.state !== 'done') throw new Error('an item failed')
      one.logits.forEach((logit, k) => expect(other.logits[k]).toBeCloseTo(logit, 5))
      expect(other.pixelSha256).toBe(one.pixelSha256)
    })
  })

  it('reports a file that is not DICOM on its item, and the rest goes on', async () => {
    writeFileSync(join(studies.folder, 'bad.dcm'), 'no image')
    const bad = { key: 12, path: join(studies.folder, 'bad.dcm'), frameIndex: 0, attributions: [GRADCAM] }
    const absent = { key: 13, path: join(studies.folder, 'absent.dcm'), frameIndex: 0, attributions: [GRADCAM] }
    const results = await analyzed(shared, [...studies.items, bad, absent])
    expect(results.map((result) => result.state === 'failed' ? result.error.code : 'done')).toEqual([...Array<string>(12).fill('done'), 'not-dicom', 'file-not-found'])
  })

  it('reports a wrong layer, class, method or parameter on the item that asks for it', async () => {
    const specs = [{ ...GRADCAM, layer: 'nowhere' }, { ...GRADCAM, classIndex: 9 }, { ...GRADCAM, method: 'tea-leaves' }, { ...GRADCAM, parameters: { evidence: 'maybe' } }, GRADCAM]
    const results = await analyzed(shared, specs.map((spec, key) => ({ ...studies.items[key], attributions: [spec] })))
    expect(results.map((result) => result.state === 'failed' ? result.error.code : 'done')).toEqual(['no-such-layer', 'no-such-class', 'unknown-method', 'bad-parameter', 'done'])
  })

  it('refuses items before a model is open', async () => {
    compute = createCompute(childHost())
    await expect(compute.analyze(studies.items, { onResult: () => {} })).rejects.toMatchObject({ code: 'not-ready' })
  })

  it('prepares an input as a profile says, without a model', async () => {
    compute = createCompute(childHost())
    const input = await compute.input(studies.items[0].path, 0, tinyProfile({ input: { channels: 1 } }))
    expect(input).toMatchObject({ channels: 1, width: 16, height: 16 })
    expect(input.data.length).toBe(256)
  })

  it('finds the gradient equal to finite differences', async () => {
    const client = shared
    const rows = await client.checkGradients({ layer: null, path: studies.items[0].path, directions: 4 })
    expect(rows.length).toBe(4)
    for (const { relativeError } of rows) expect(relativeError).toBeLessThan(1e-3)
  })

  it('says for every provider whether it can be used and why not', async () => {
    const client = shared
    const providers = await client.probeProviders()
    expect(providers.map(({ id }) => id)).toEqual(['cuda', 'dml', 'coreml', 'webgpu', 'cpu'])
    for (const { state, reason } of providers.filter((row) => row.id !== 'cpu')) if (state === 'refused') expect(reason.length).toBeGreaterThan(10)
    expect(providers.at(-1)).toMatchObject({ state: 'in-use', maxRelativeError: 0 })
    expect(providers.at(-1)!.msPerImage).toBeGreaterThan(0)
  })
})

describe('a crash of the compute process', () => {
  it('costs the items at work one retry, and none is lost or told twice', async () => {
    const host = mortalHost((_, run) => run === 0)
    const client = await opened(host)
    const results = await analyzed(client, studies.items)
    expect(results.every(({ state }) => state === 'done')).toBe(true)
    expect(results.some(({ crashes }) => crashes === 1)).toBe(true)
    expect(host.pids.length).toBe(2)
    expect(client.status.restarts).toBe(1)
  })

  it('is pinned on the one item that ends the process twice; its neighbours in the batch are done', async () => {
    const guilty = studies.items[4]
    const client = await opened(mortalHost((items) => items.some(({ key }) => key === guilty.key)))
    const results = await analyzed(client, studies.items, { batchSize: 4 })
    expect(results.filter(({ state }) => state === 'failed').map(({ key, crashes }) => ({ key, crashes }))).toEqual([{ key: 4, crashes: 2 }])
    expect(results[4]).toMatchObject({ error: { code: 'compute-crashed' } })
  })

  it('leaves the model open for what comes next', async () => {
    const client = await opened(mortalHost((_, run) => run === 0))
    await analyzed(client, studies.items.slice(0, 2))
    const again = await analyzed(client, studies.items)
    expect(again.every(({ state, crashes }) => state === 'done' && crashes === 0)).toBe(true)
  })

  it('while a provider is tried leaves that provider out', async () => {
    const host = childHost()
    compute = createCompute({ start: () => {
      const child = host.start()
      return { ...child, onMessage: (listener) => child.onMessage((message) => {
        listener(message)
        if ((message as { kind: string }).kind === 'trying') child.kill()
      }) }
    } })
    const tried = providerOrder().filter((id) => id !== 'cpu')
    const { provider, providers } = await compute.open({ file: studies.model, profile: tinyProfile(), provider: null })
    expect(provider).toBe('cpu')
    for (const id of tried) expect(providers.find((row) => row.id === id)).toMatchObject({ state: 'refused', reason: expect.stringMatching(/the process ended while it was tried \(signal SIGKILL\)/) as string })
  })

  it('is followed by the model being opened again, also for a question about it', async () => {
    const host = mortalHost(() => true)
    const client = await opened(host)
    await analyzed(client, studies.items.slice(0, 1))
    expect((await client.checkGradients({ layer: null, path: null, directions: 1 })).length).toBe(1)
  })

  it('that comes before every answer is given up, with a reason on every item', async () => {
    compute = createCompute(mortalHost(() => false))
    await compute.open({ file: studies.model, profile: tinyProfile(), provider: 'cpu' })
    await compute.close()
    const dying: ComputeHost = { start: () => {
      const child = childHost().start()
      child.onMessage(() => child.kill())
      return child
    } }
    compute = createCompute(dying)
    await expect(compute.inspect(studies.model)).rejects.toMatchObject({ code: 'compute-crashed' })
    expect(compute.status.state).toBe('failed')
  })
})

describe('cancelling', () => {
  it('rejects at once with cancelled, and nothing is told afterwards', async () => {
    const client = shared
    const abort = new AbortController()
    let told = 0
    const run = client.analyze(studies.items, { signal: abort.signal, batchSize: 1, onResult: () => { if (++told === 2) abort.abort() } })
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    const before = told
    await analyzed(client, studies.items.slice(0, 3))
    expect(told).toBe(before)
  })

  it('ends a run that does not end by itself, with its process, and goes on', async () => {
    const host = mortalHost((_, run) => run === 0, 'SIGSTOP')
    const client = await opened(host)
    const abort = new AbortController()
    host.onFatal = () => abort.abort()
    await expect(client.analyze(studies.items, { signal: abort.signal, onResult: () => {} })).rejects.toMatchObject({ code: 'cancelled' })
    await analyzed(client, studies.items.slice(0, 2))
    expect(host.pids.length).toBe(2)
    await untilGone(host.pids[0])
  })
})

describe('another model', () => {
  it('ends what was asked of the one before, each item told once', async () => {
    const client = await opened(childHost())
    const results: AnalyzeResult[] = []
    const run = client.analyze(studies.items, { onResult: (result) => results.push(result), batchSize: 1 })
    await client.open({ file: studies.model, profile: tinyProfile({ values: { scale: 1 } }), provider: 'cpu' })
    await run
    expect(results.map(({ key }) => key).sort((a, b) => a - b)).toEqual(studies.items.map(({ key }) => key))
    for (const result of results) if (result.state === 'failed') expect(result.error.code).toBe('cancelled')
    expect((await analyzed(client, studies.items.slice(0, 2))).every(({ state }) => state === 'done')).toBe(true)
  })
})

describe('urgent work', () => {
  it('is done before what waits', async () => {
    const client = shared
    const order: number[] = []
    // its thread is started by the first of them
    await client.analyze(studies.items.slice(0, 1), { urgent: true, onResult: () => {} })
    const many = Array.from({ length: 200 }, (_, key) => ({ ...studies.items[key % 12], key }))
    const slow = client.analyze(many, { batchSize: 1, onResult: ({ key }) => order.push(key) })
    await client.analyze([{ ...studies.items[0], key: 1000 }], { urgent: true, onResult: ({ key }) => order.push(key) })
    await slow
    expect(order.length).toBe(201)
    expect(order.indexOf(1000)).toBeLessThan(100)
  })
})

describe('the life of the process', () => {
  it('ends when its parent is killed', async () => {
    const script = join(studies.folder, 'parent.ts')
    const source = new URL('../../../src-main/compute/', import.meta.url)
    writeFileSync(script, `
      const { createCompute } = await import(${JSON.stringify(new URL('supervisor.ts', source).href)})
      const { childHost } = await import(${JSON.stringify(new URL('child-host.ts', source).href)})
      const compute = createCompute(childHost())
      await compute.inspect(${JSON.stringify(studies.model)})
      process.send(compute.pid)
      setInterval(() => {}, 1000)
    `)
    const parent = fork(script, [], { execArgv: [] })
    const pid = await new Promise<number>((resolve) => parent.once('message', (message) => resolve(message as number)))
    expect(() => process.kill(pid, 0)).not.toThrow()
    parent.kill('SIGKILL')
    await untilGone(pid)
  })

  it('ends on close, and what was under way is told as cancelled', async () => {
    const host = mortalHost(() => false)
    const client = await opened(host)
    const results: AnalyzeResult[] = []
    const run = client.analyze(studies.items, { onResult: (result) => results.push(result) })
    await client.close()
    await run
    expect(results.length).toBe(12)
    await untilGone(host.pids[0])
  })
})
