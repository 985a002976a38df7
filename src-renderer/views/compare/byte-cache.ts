/** What was loaded lately, by key, up to a number of bytes; the longest unused goes first. */
export interface ByteCache<T> {
  /** at once, or undefined */
  peek(key: string): T | undefined
  /** from the cache, from the load that is under way, or loaded now; a failed load is not kept */
  load(key: string, loader: () => Promise<T>): Promise<T>
  clear(): void
  readonly bytes: number
}

export function byteCache<T>(limitBytes: number, bytesOf: (value: T) => number, dropped: (value: T) => void = () => {}): ByteCache<T> {
  const kept = new Map<string, T>()
  const underWay = new Map<string, Promise<T>>()
  let bytes = 0
  let generation = 0

  function drop(key: string): void {
    const value = kept.get(key)
    if (value === undefined) return
    kept.delete(key)
    bytes -= bytesOf(value)
    dropped(value)
  }
  function keep(key: string, value: T): void {
    drop(key)
    kept.set(key, value)
    bytes += bytesOf(value)
    for (const oldest of [...kept.keys()]) {
      if (bytes <= limitBytes || oldest === key) break
      drop(oldest)
    }
  }
  function peek(key: string): T | undefined {
    const value = kept.get(key)
    if (value === undefined) return undefined
    kept.delete(key)
    kept.set(key, value)
    return value
  }
  function load(key: string, loader: () => Promise<T>): Promise<T> {
    const there = peek(key)
    if (there !== undefined) return Promise.resolve(there)
    const known = underWay.get(key)
    if (known) return known
    const asked = generation
    const loading = loader()
      .then((value) => {
        if (asked === generation) keep(key, value)
        return value
      })
      .finally(() => { if (underWay.get(key) === loading) underWay.delete(key) })
    underWay.set(key, loading)
    return loading
  }
  function clear(): void {
    generation++
    underWay.clear()
    for (const key of [...kept.keys()]) drop(key)
  }
  return { peek, load, clear, get bytes() { return bytes } }
}
