import { describe, expect, it } from 'vitest'
import { byteCache } from '../../../src-renderer/views/compare/byte-cache.ts'

const cacheOf = (limit: number, dropped: string[] = []) => byteCache<string>(limit, (value) => value.length, (value) => dropped.push(value))

describe('byte cache', () => {
  it('loads a key once, also when it is asked for twice at the same time', async () => {
    const cache = cacheOf(100)
    let loads = 0
    const loader = async () => `value ${++loads}`
    expect(await Promise.all([cache.load('a', loader), cache.load('a', loader)])).toEqual(['value 1', 'value 1'])
    expect(cache.peek('a')).toBe('value 1')
    expect(await cache.load('a', loader)).toBe('value 1')
  })

  it('drops what was unused longest when the bytes are used up', async () => {
    const dropped: string[] = []
    const cache = cacheOf(10, dropped)
    for (const [key, value] of [['a', 'aaaa'], ['b', 'bbbb']]) await cache.load(key, async () => value)
    cache.peek('a')
    await cache.load('c', async () => 'cccc')
    expect(dropped).toEqual(['bbbb'])
    expect(cache.peek('a')).toBe('aaaa')
    expect(cache.bytes).toBe(8)
  })

  it('keeps one value even if it is larger than the limit, so that it can be shown', async () => {
    const cache = cacheOf(3)
    await cache.load('a', async () => 'large')
    expect(cache.peek('a')).toBe('large')
  })

  it('a failed load is not kept, and the next try loads again', async () => {
    const cache = cacheOf(10)
    await expect(cache.load('a', async () => { throw new Error('no') })).rejects.toThrow('no')
    expect(await cache.load('a', async () => 'yes')).toBe('yes')
  })

  it('what was under way when the cache was cleared does not come back into it', async () => {
    const cache = cacheOf(10)
    let finish = (_: string) => {}
    const loading = cache.load('a', () => new Promise((resolve) => { finish = resolve }))
    cache.clear()
    finish('old')
    expect(await loading).toBe('old')
    expect(cache.peek('a')).toBeUndefined()
  })
})
