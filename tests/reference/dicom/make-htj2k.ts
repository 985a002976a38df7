/**
 * Adds HTJ2K files to the corpus of make-corpus.py: its synthetic images, encoded by OpenJPH (@cornerstonejs/codec-openjph, which
 * cannot encode 16-bit colour).
 *     node tests/reference/dicom/make-htj2k.ts CORPUS
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// @ts-expect-error the package has no types
import createOpenJph from '@cornerstonejs/codec-openjph'

import { decodeStoredSamples } from '../../../src-main/dicom/pixels.ts'
import { dicomFile } from '../../fixtures/dicom/write-dicom.ts'

/** name → transfer syntax, reversible, progression order (2: RPCL) */
const WAYS = {
  'htj2k': ['1.2.840.10008.1.2.4.201', true, 0],
  'htj2k-rpcl': ['1.2.840.10008.1.2.4.202', true, 2],
  'htj2k-lossy': ['1.2.840.10008.1.2.4.203', false, 2],
} as const

const corpus = process.argv[2]
const indexPath = join(corpus, 'index.json')
const index = JSON.parse(readFileSync(indexPath, 'utf8')) as { file: string; source: string; syntax: string; expected: { by: string; values: string }[] }[]
const openJph = await createOpenJph()

for (const { file } of index.filter(({ source, file }) => source === 'synthetic' && !/^(mono32|rgb16)/.test(file))) {
  const bytes = readFileSync(join(corpus, 'files', file))
  const { image } = await decodeStoredSamples(bytes)
  for (const [way, [transferSyntax, isReversible, progression]] of Object.entries(WAYS)) {
    // The reference decoder gives signed 8-bit samples of an irreversible stream wrongly.
    if (!isReversible && image.signed && image.bitsAllocated === 8) continue
    const fragments: Uint8Array[] = []
    const decoded: Int32Array[] = []
    for (let frame = 0; frame < image.frames; frame++) {
      const { values } = await decodeStoredSamples(bytes, frame)
      const encoder = new openJph.HTJ2KEncoder()
      const target = encoder.getDecodedBuffer({ width: image.columns, height: image.rows, bitsPerSample: image.bitsStored, componentCount: image.samples, isSigned: image.signed, isUsingColorTransform: false })
      target.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
      encoder.setQuality(isReversible, isReversible ? 0 : 0.002)
      encoder.setProgressionOrder(progression)
      encoder.encode()
      const encoded = encoder.getEncodedBuffer().slice()
      fragments.push(encoded)
      decoded.push(isReversible ? Int32Array.from(values) : openJphValues(encoded, image))
    }
    const name = file.replace('.dcm', `_${way}`)
    const { photometric, frames, ...geometry } = image
    writeFileSync(join(corpus, 'files', `${name}.dcm`), dicomFile({ ...geometry, planar: 0, photometric, frames: frames > 1 ? frames : undefined, transferSyntax, pixels: fragments }))
    const by = isReversible ? 'origin' : 'openjph'
    writeFileSync(join(corpus, 'expected', `${name}.${by}.i32`), Buffer.concat(decoded.map(({ buffer }) => new Uint8Array(buffer))))
    index.push({ file: `${name}.dcm`, syntax: transferSyntax, source: 'synthetic, OpenJPH', expected: [{ by, values: `${name}.${by}.i32` }] })
  }
}
writeFileSync(indexPath, JSON.stringify(index, null, 1))
console.log(`${index.length} files`)

function openJphValues(encoded: Uint8Array, { bitsStored, signed }: { bitsStored: number; signed: boolean }): Int32Array {
  const decoder = new openJph.HTJ2KDecoder()
  decoder.getEncodedBuffer(encoded.length).set(encoded)
  decoder.decode()
  const bytes = decoder.getDecodedBuffer().slice()
  const array = bitsStored > 8 ? (signed ? new Int16Array(bytes.buffer) : new Uint16Array(bytes.buffer)) : signed ? new Int8Array(bytes.buffer) : bytes
  return Int32Array.from(array)
}
