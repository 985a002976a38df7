import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const PAGE_BYTES = 65_536
const MEMORY_SECTION = 5
const HAS_MAXIMUM = 1

const load = createRequire(import.meta.url)

/**
 * Compiles the WebAssembly file of a package with a bound on its memory, which lies outside of a thread's heap limit: what a damaged or
 * hostile stream asks for beyond `maxBytes` is not given to it, and its decoder fails.
 */
export async function compileBounded(file: string, maxBytes: number): Promise<WebAssembly.Module> {
  return WebAssembly.compile(withMaximum(await readFile(load.resolve(file)), Math.floor(maxBytes / PAGE_BYTES)))
}

/**
 * The module with another maximum of its one memory (WebAssembly core specification 5.5.8): written over the old number, in as many bytes.
 * Throws where the module has no memory with a maximum, or a smaller one needs more than that at its start.
 */
export function withMaximum(module: Uint8Array, maxPages: number): Uint8Array<ArrayBuffer> {
  const changed = new Uint8Array(module)
  let at = 8
  while (at < changed.length) {
    const id = changed[at]
    const size = readNumber(changed, at + 1)
    if (id !== MEMORY_SECTION) {
      at = size.end + size.value
      continue
    }
    const count = readNumber(changed, size.end)
    const least = readNumber(changed, count.end + 1)
    if (count.value !== 1 || (changed[count.end] & HAS_MAXIMUM) === 0 || least.value > maxPages) break
    const most = readNumber(changed, least.end)
    writeNumber(changed, least.end, most.end, Math.min(maxPages, most.value))
    return changed
  }
  throw new Error('The memory of this WebAssembly module cannot be bounded.')
}

/** LEB128, unsigned (5.2.2). */
function readNumber(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0
  let at = start
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) return { value, end: at }
  }
}

/** LEB128 may be longer than it has to be: the number fills the place of the old one. */
function writeNumber(bytes: Uint8Array, start: number, end: number, value: number): void {
  for (let at = start; at < end; at++) {
    const part = Math.floor(value / 2 ** (7 * (at - start))) % 128
    bytes[at] = at === end - 1 ? part : part | 0x80
  }
}
