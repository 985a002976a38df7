import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { pixelSha256 } from '../../../src-main/dicom/pixel-identity.ts'
import { decodeFrame, decodeStoredSamples } from '../../../src-main/dicom/pixels.ts'

const folder = new URL('../../fixtures/dicom/corpus/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as
  { file: string; syntax: string; reference: string; sha256: string }[]

const read = (file: string): Uint8Array => new Uint8Array(readFileSync(new URL(file, folder)))

describe('Every frame gives the stored values that another reader sees', () => {
  it.each(manifest)('$file ($reference)', async ({ file, sha256 }) => {
    const bytes = read(file)
    const { image } = await decodeStoredSamples(bytes)
    const hash = createHash('sha256')
    for (let frame = 0; frame < image.frames; frame++) {
      hash.update(new Uint8Array(new Int32Array((await decodeStoredSamples(bytes, frame)).values).buffer))
    }
    expect(hash.digest('hex')).toBe(sha256)
  })
})

describe('A file that ends early', () => {
  it.each(manifest)('$file is refused or complete, never partly there', async ({ file }) => {
    const bytes = read(file)
    const whole = pixelSha256((await decodeFrame(bytes)).stored)
    for (let percent = 3; percent < 100; percent += 6) {
      const cut = bytes.subarray(0, Math.floor((bytes.length * percent) / 100))
      const outcome = await decodeFrame(cut).then(({ stored }) => pixelSha256(stored), (error: { code: string }) => error.code)
      expect(['dicom-truncated', 'pixel-data-damaged', 'no-pixels', 'not-dicom', whole], `${percent} % of ${file}`).toContain(outcome)
    }
  })
})

it('A file whose bytes begin at an odd address decodes the same', async () => {
  const bytes = read('mono32.dcm')
  const shifted = new Uint8Array(bytes.length + 1)
  shifted.set(bytes, 1)
  expect((await decodeFrame(shifted.subarray(1))).stored).toEqual((await decodeFrame(bytes)).stored)
})
