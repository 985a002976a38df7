import { fileURLToPath } from 'node:url'

import { afterEach, describe, expect, it } from 'vitest'

import type { DecodePoolOptions } from '../../../src-main/compute/decode-pool.ts'
import { DecodePool } from '../../../src-main/compute/decode-pool.ts'
import { Profile } from '../../../src-main/contract/profile.ts'
import { decodeFrame } from '../../../src-main/dicom/pixels.ts'
import { readDicomFile } from '../../../src-main/dicom/read-file.ts'
import { preprocess } from '../../../src-main/model/preprocess.ts'

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/dicom/corpus/${name}.dcm`, import.meta.url))
const unruly = new URL('../../fixtures/dicom/unruly-worker.ts', import.meta.url)

/** What the unruly worker answers with. */
const answer = async (reply: Promise<unknown>) => (await reply as { path: string }).path

let pool: DecodePool | undefined
const open = (options: DecodePoolOptions = {}): DecodePool => (pool = new DecodePool(options))
afterEach(async () => {
  await pool?.close()
  pool = undefined
})

describe('The pool', () => {
  it('gives the frame that decoding in place gives, arrays included', async () => {
    const path = fixture('mono12_jpeg2000-lossy')
    expect(await open().decode(path, 0)).toEqual(await decodeFrame(await readDicomFile(path)))
  })

  it('gives headers, stored samples, descriptions and model inputs', async () => {
    const pool = open({ size: 1 })
    const path = fixture('mono12-frames_jpeg-lossless-fragments')
    const profile = Profile.parse({ format: 'right-reason/profile@1', input: { width: 16, height: 12 } })
    expect((await pool.header(path)).header).toMatchObject({ frames: 3, patientId: 'SYNTHETIC' })
    expect((await pool.info(path)).image).toMatchObject({ rows: 32, columns: 40, frames: 3 })
    expect((await pool.stored(path, 1)).values.length).toBe(32 * 40)
    const { frame, input } = await pool.input(path, 2, profile)
    expect(frame).toMatchObject({ frameIndex: 2, rows: 32 })
    expect(frame).not.toHaveProperty('stored')
    expect(input).toEqual(preprocess(await decodeFrame(await readDicomFile(path), 2), profile))
  })

  it('takes jobs in their order', async () => {
    const pool = open({ size: 1, workerUrl: unruly })
    const order: string[] = []
    await Promise.all(['a', 'b', 'c', 'd'].map(async (path) => order.push(await answer(pool.decode(path, 0)))))
    expect(order).toEqual(['a', 'b', 'c', 'd'])
  })

  it('passes an error of the file on with its code and goes on', async () => {
    const pool = open({ size: 1 })
    await expect(pool.decode(fileURLToPath(import.meta.url), 0)).rejects.toMatchObject({ name: 'ReviewError', code: 'not-dicom' })
    await expect(pool.decode('/no/such/file', 0)).rejects.toMatchObject({ code: 'file-not-found' })
    await expect(pool.decode(fixture('mono12'), 7)).rejects.toMatchObject({ code: 'no-such-frame', details: { frames: 1 } })
    await expect(pool.decode(fixture('mono12'), 0)).resolves.toMatchObject({ rows: 64 })
  })
})

describe('A file that', () => {
  it.each([
    ['never ends costs its time limit', 'hang', 'decode-timeout', { timeLimitMs: 2000 }],
    ['ends the thread fails alone', 'exit', 'pixel-data-damaged', {}],
    ['throws outside of its job fails alone', 'throw', 'pixel-data-damaged', {}],
    ['fills the memory fails alone', 'fill', 'pixel-data-too-large', { heapLimitMb: 24 }],
  ] as const)('%s, and those behind it are read', async (_, path, code, limits) => {
    const pool = open({ size: 1, workerUrl: unruly, timeLimitMs: 20_000, ...limits })
    const bad = expect(pool.decode(path, 0)).rejects.toMatchObject({ name: 'ReviewError', code })
    const next = pool.decode('next', 0)
    await bad
    expect(await answer(next)).toBe('next')
  })
})

describe('Cancelling', () => {
  it('takes a waiting job out of the queue', async () => {
    const pool = open({ size: 1, workerUrl: unruly })
    const abort = new AbortController()
    const [first, second, third] = [pool.decode('first', 0), pool.decode('second', 0, { signal: abort.signal }), pool.decode('third', 0)]
    abort.abort()
    await expect(second).rejects.toMatchObject({ code: 'cancelled' })
    expect([await answer(first), await answer(third)]).toEqual(['first', 'third'])
  })

  it('refuses a job whose signal has fired, and every job of a closed pool', async () => {
    const pool = open({ size: 1, workerUrl: unruly })
    await expect(pool.decode('late', 0, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
    const waiting = expect(pool.decode('hang', 0)).rejects.toMatchObject({ code: 'cancelled' })
    await pool.close()
    await waiting
    await expect(pool.decode('late', 0)).rejects.toMatchObject({ code: 'cancelled' })
  })
})
