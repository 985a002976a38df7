import { damagedStream } from '../codestream.ts'
import { BYTES_A_DIFFERENCE, differenceCodes, readDifferences } from './differences.ts'
import { checkEnd, unstuff } from './entropy.ts'
import { PREDICTORS, undoPrediction } from './predictors.ts'
import type { JpegScan } from './scans.ts'
import { scansOf } from './scans.ts'

/**
 * Lossless JPEG with Huffman codes (ITU-T T.81 annex H, process 14): all predictors, point transform, restart intervals, components without subsampling
 * in one scan or several. Written here since no build of libjpeg in WebAssembly is as fast as dcmtk, and since here nothing is filled in:
 * a code that is none, data that ends early or is left over, and a sample beyond its bits are `pixel-data-damaged`.
 *
 * Returns rows × columns × components samples, those of a pixel side by side, in bytes where they have 8 bits or fewer, else in words of the machine's
 * order, which is little endian on all that Node and Electron run on.
 */
export function decodeLossless(bytes: Uint8Array): Uint8Array {
  let values: Uint16Array | undefined
  let bits = 0
  for (const scan of scansOf(bytes)) {
    const { rows, columns, components } = scan.frame
    bits = scan.frame.bits
    decodeScan(scan, values ??= new Uint16Array(rows * columns * components.length))
  }
  return bits > 8 ? new Uint8Array(values!.buffer) : Uint8Array.from(values!)
}

function decodeScan({ frame, components, selection, shift, restartInterval, data }: JpegScan, values: Uint16Array): void {
  const { rows, columns, bits } = frame
  const predictor = PREDICTORS[selection]
  const stride = frame.components.length
  // H.1.2: an interval is a number of whole lines.
  const linesAnInterval = restartInterval === 0 ? rows : restartInterval / columns
  if (!predictor || shift >= bits || !Number.isInteger(linesAnInterval)) throw damagedStream('a scan header is wrong')
  if (components.length > 1 && !frame.components.every(({ id }, place) => components[place]?.id === id)) throw damagedStream('a scan has some components and not others')
  const step = components.length === 1 ? stride : 1
  const codes = components.map((component) => differenceCodes(component.codes))
  const coded = unstuff(data, columns * components.length * BYTES_A_DIFFERENCE)
  if (coded.bounds.length - 1 !== Math.ceil(rows / linesAnInterval)) throw damagedStream('a restart marker is missing')

  let at = 0
  for (let row = 0; row < rows; row++) {
    const interval = Math.floor(row / linesAnInterval)
    const isFirst = row % linesAnInterval === 0
    const isLast = row === rows - 1 || (row + 1) % linesAnInterval === 0
    const start = row * columns * stride
    const end = start + columns * stride
    at = readDifferences(coded.bits, isFirst ? coded.bounds[interval] : at, codes, values, start + components[0].index, end, step)
    // What a line takes too much is seen at once, what the last one leaves at its interval's end.
    if (isLast || at > coded.bounds[interval + 1]) checkEnd(at, coded.bounds[interval + 1])
    let seen = 0
    for (const { index } of components) {
      const sample = start + index
      values[sample] += isFirst ? 1 << (bits - shift - 1) : values[sample - columns * stride]
      seen |= values[sample] | undoPrediction(isFirst ? PREDICTORS[1] : predictor, values, sample + stride, end, stride, columns * stride)
    }
    if (seen >= 2 ** (bits - shift)) throw damagedStream('a sample has more bits than its frame')
  }
  if (shift > 0) for (let sample = components[0].index; sample < values.length; sample += step) values[sample] <<= shift
}
