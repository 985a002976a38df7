/** RLE of one grayscale frame (PS3.5 annex G): one segment a byte plane, the most significant first, packed row by row. */
export function encodeRunLength(values: Uint8Array | Uint16Array, columns: number): Uint8Array {
  const planes = values instanceof Uint16Array ? [values.map((v) => v >>> 8), values.map((v) => v & 0xff)].map((plane) => Uint8Array.from(plane)) : [values]
  const segments = planes.map((plane) => packRows(plane, columns))
  const header = new Uint32Array(16)
  header[0] = segments.length
  segments.reduce((offset, segment, k) => {
    header[k + 1] = offset
    return offset + segment.length
  }, 64)
  return Buffer.concat([Buffer.from(header.buffer), ...segments])
}

function packRows(plane: Uint8Array, columns: number): Buffer {
  const out: number[] = []
  for (let start = 0; start < plane.length; start += columns) packRow(plane.subarray(start, start + columns), out)
  if (out.length % 2) out.push(0)
  return Buffer.from(out)
}

/** PackBits: a replicate run is −(n−1) and the byte, a literal run is n−1 and the bytes, n up to 128. */
function packRow(row: Uint8Array, out: number[]): void {
  for (let at = 0; at < row.length; ) {
    const run = runAt(row, at)
    if (run > 1) {
      out.push((257 - run) & 0xff, row[at])
      at += run
      continue
    }
    let end = at + 1
    while (end < row.length && end - at < 128 && runAt(row, end) < 3) end++
    out.push(end - at - 1, ...row.subarray(at, end))
    at = end
  }
}

function runAt(row: Uint8Array, at: number): number {
  let end = at + 1
  while (end < row.length && end - at < 128 && row[end] === row[at]) end++
  return end - at
}
