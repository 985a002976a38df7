import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { uniform } from '../../src-main/tensor/random.ts'
import { dicomFile } from '../fixtures/dicom/write-dicom.ts'

export const ROWS = 3000
export const COLUMNS = 2500

/** A transfer syntax of the comparison: how a file of it is made and what else decodes it; IN and OUT stand for paths. */
export interface Compared {
  readonly name: string
  readonly bits: 8 | 12 | 16
  /** from the uncompressed file; for HTJ2K from a PGM file to a bare codestream */
  readonly make: readonly string[]
  readonly decode: readonly string[]
  /** HTJ2K: the codestream goes into a file of this syntax, since Debian's dcmtk and GDCM know none of it */
  readonly htj2k?: string
  readonly goal: number
}

const dcmtk = (name: string, make: readonly string[], decode: readonly string[], bits: 8 | 12 | 16 = 12): Compared => ({ name, bits, make: [...make, 'IN', 'OUT'], decode: [...decode, 'IN', 'OUT'], goal: 1 })
const htj2k = (name: string, syntax: string, bits: 12 | 16, ...options: readonly string[]): Compared =>
  ({ name, bits, make: ['ojph_compress', '-i', 'IN', '-o', 'OUT', ...options], decode: ['ojph_expand', '-i', 'IN', '-o', 'OUT'], htj2k: `1.2.840.10008.1.2.4.${syntax}`, goal: 1.9 })

export const COMPARED: readonly Compared[] = [
  dcmtk('Implicit VR Little Endian', ['dcmconv', '+ti'], ['dcmconv', '+te']),
  dcmtk('Explicit VR Little Endian', ['dcmconv', '+te'], ['dcmconv', '+te']),
  dcmtk('Explicit VR Big Endian', ['dcmconv', '+tb'], ['dcmconv', '+te']),
  dcmtk('Deflated Explicit VR Little Endian', ['dcmconv', '+td'], ['dcmconv', '+te']),
  dcmtk('RLE Lossless', ['dcmcrle'], ['dcmdrle']),
  dcmtk('RLE Lossless', ['dcmcrle'], ['dcmdrle'], 16),
  dcmtk('JPEG Baseline', ['dcmcjpeg', '+eb'], ['dcmdjpeg'], 8),
  dcmtk('JPEG Extended', ['dcmcjpeg', '+ee'], ['dcmdjpeg']),
  dcmtk('JPEG Lossless', ['dcmcjpeg', '+el', '+sv', '6'], ['dcmdjpeg']),
  dcmtk('JPEG Lossless SV1', ['dcmcjpeg', '+e1'], ['dcmdjpeg']),
  dcmtk('JPEG Lossless SV1', ['dcmcjpeg', '+e1'], ['dcmdjpeg'], 16),
  dcmtk('JPEG-LS Lossless', ['dcmcjpls', '+el'], ['dcmdjpls']),
  dcmtk('JPEG-LS Lossless', ['dcmcjpls', '+el'], ['dcmdjpls'], 16),
  dcmtk('JPEG-LS Near-Lossless', ['dcmcjpls', '+en', '+md', '3'], ['dcmdjpls']),
  dcmtk('JPEG 2000 Lossless', ['gdcmconv', '-K'], ['gdcmconv', '-w']),
  dcmtk('JPEG 2000 Lossless', ['gdcmconv', '-K'], ['gdcmconv', '-w'], 16),
  dcmtk('JPEG 2000', ['gdcmconv', '-K', '-Y', '-r', '8'], ['gdcmconv', '-w']),
  htj2k('HTJ2K Lossless', '201', 12, '-reversible', 'true'),
  htj2k('HTJ2K Lossless', '201', 16, '-reversible', 'true'),
  htj2k('HTJ2K Lossless RPCL', '202', 12, '-reversible', 'true', '-prog_order', 'RPCL'),
  htj2k('HTJ2K', '203', 12, '-qstep', '0.002'),
]

export interface MadeFiles {
  /** what this program reads */
  readonly dicom: string
  /** what the other tool reads */
  readonly theirs: string
}

/** Makes one file of a syntax in `folder`; null where a tool is missing or cannot write it. */
export function makeFile({ make, bits, htj2k: syntax }: Compared, folder: string, name: string, rows: number, columns: number): MadeFiles | null {
  const source = join(folder, `${name}-source`)
  const made = join(folder, `${name}-made.${syntax ? 'j2c' : 'dcm'}`)
  const values = radiograph(rows, columns, bits)
  const geometry = { rows, columns, bitsAllocated: bits > 8 ? 16 : 8, bitsStored: bits }
  const elements = ['0020000d', '0020000e'].map((tag) => ({ tag, vr: 'UI', value: '1.2.3' }))
  writeFileSync(syntax ? `${source}.pgm` : source, syntax ? pgm(values, rows, columns, bits) : dicomFile({ ...geometry, elements, pixels: new Uint8Array(values.buffer) }))
  try {
    runTool(make, syntax ? `${source}.pgm` : source, made)
  } catch {
    return null
  }
  if (!syntax) return { dicom: made, theirs: made }
  const wrapped = join(folder, `${name}-wrapped.dcm`)
  writeFileSync(wrapped, dicomFile({ ...geometry, transferSyntax: syntax, pixels: [new Uint8Array(readFileSync(made))] }))
  return { dicom: wrapped, theirs: made }
}

function runTool(command: readonly string[], source: string, target: string): void {
  const [program, ...args] = command.map((word) => word === 'IN' ? source : word === 'OUT' ? target : word)
  execFileSync(program!, args, { stdio: 'ignore' })
}

/** Smooth tissue, bones, a dark background and the noise of a detector: about half its bits are noise, as in a chest film. Seeded. */
export function radiograph(rows: number, columns: number, bits: 8 | 12 | 16): Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> {
  const random = uniform(20_260_101)
  const white = 2 ** bits - 1
  const values = bits > 8 ? new Uint16Array(rows * columns) : new Uint8Array(rows * columns)
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      const [y, x] = [row / rows - 0.5, column / columns - 0.5]
      const inBody = x * x * 4.5 + y * y * 3.2 < 1
      const lung = Math.exp(-((Math.abs(x) - 0.2) ** 2) * 60 - y * y * 14)
      const ribs = Math.sin(y * 70 + x * x * 40) > 0.6 ? 0.05 : 0
      const tissue = inBody ? 0.75 - 0.45 * lung + ribs : 0.04
      const noise = (random() + random() + random() - 1.5) * 0.006
      values[at] = Math.max(0, Math.min(white, Math.round((tissue + noise) * white)))
    }
  }
  return values
}

/** Portable graymap, 16-bit samples in big endian. */
function pgm(values: Uint8Array | Uint16Array, rows: number, columns: number, bits: number): Buffer {
  const samples = Buffer.from(values.buffer.slice(0))
  return Buffer.concat([Buffer.from(`P5\n${columns} ${rows}\n${2 ** bits - 1}\n`), bits > 8 ? samples.swap16() : samples])
}
