import type { Frame } from '../dicom/frame.ts'

export const IMAGE_CACHE_BYTES = 192 * 2 ** 20

/** Decoded frames that were asked for last, up to a number of bytes. Two callers of one frame share its decoding. */
export interface ImageCache {
  get(key: string, decode: () => Promise<Frame>): Promise<Frame>
  has(key: string): boolean
  clear(): void
}

interface Entry { readonly frame: Promise<Frame>; bytes: number }

export function createImageCache(maxBytes = IMAGE_CACHE_BYTES): ImageCache {
  const entries = new Map<string, Entry>()
  const drop = () => {
    let total = [...entries.values()].reduce((sum, entry) => sum + entry.bytes, 0)
    for (const [key, entry] of entries) {
      if (total <= maxBytes || entries.size === 1) return
      entries.delete(key)
      total -= entry.bytes
    }
  }
  return {
    get(key, decode) {
      const known = entries.get(key)
      if (known) {
        entries.delete(key)
        entries.set(key, known)
        return known.frame
      }
      const entry: Entry = { frame: decode(), bytes: 0 }
      entries.set(key, entry)
      entry.frame.then((frame) => {
        entry.bytes = frame.stored.byteLength
        drop()
      }, () => { if (entries.get(key) === entry) entries.delete(key) })
      return entry.frame
    },
    has: (key) => entries.has(key),
    clear: () => entries.clear(),
  }
}
