import { damagedStream } from '../codestream.ts'

/** The entropy-coded data of a scan (ITU-T T.81 B.1.1.5) as plain bits. */
export interface EntropyCoded {
  /** the stuffed zeros and the restart markers taken out; behind the last interval there are `slack` bytes of 0 */
  readonly bits: DataView
  /** where each restart interval begins, in bits, and where the last one ends */
  readonly bounds: readonly number[]
}

const FIRST_RESTART = 0xd0
/** Encoders pad a scan: fewer bytes than these left over are no sign of damage (libjpeg only warns of them). */
const BYTES_LEFT_OVER = 9

/**
 * Of `bytes` from the end of the scan's header to the marker behind its data. A decoder that looks at its position after every line, which takes
 * no more than `slack` bytes, never reads beyond the view.
 * Throws `pixel-data-damaged` where a restart marker is not the next of its cycle.
 */
export function unstuff(bytes: Uint8Array, slack: number): EntropyCoded {
  const plain = new Uint8Array(bytes.length + slack + 4)
  const bounds = [0]
  let length = 0
  let from = 0
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, from)) {
    const next = bytes[at + 1]
    const isStuffed = next === 0
    plain.set(bytes.subarray(from, isStuffed ? at + 1 : at), length)
    length += at - from + (isStuffed ? 1 : 0)
    // Fill bytes may stand before a marker (B.1.1.2), be it the one that ends the scan.
    const isFill = next === 0xff || next === undefined
    if (!isStuffed && !isFill) {
      if (next !== FIRST_RESTART + ((bounds.length - 1) & 7)) throw damagedStream('a restart marker is missing')
      bounds.push(8 * length)
    }
    from = isFill ? at + 1 : at + 2
  }
  plain.set(bytes.subarray(from), length)
  length += Math.max(0, bytes.length - from)
  bounds.push(8 * length)
  return { bits: new DataView(plain.buffer), bounds }
}

/** Throws `pixel-data-damaged` where an interval was read beyond its end, or much of it was not. */
export function checkEnd(at: number, end: number): void {
  if (at > end) throw damagedStream('its data ends too early')
  if (end - at >= 8 * BYTES_LEFT_OVER) throw damagedStream('more data is left over than an encoder leaves')
}
